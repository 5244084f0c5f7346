# Run by `sam build` (BuildMethod: makefile), which gives ARTIFACTS_DIR.
# Portable on purpose: one build runs on arm64 and x86_64 alike.
PUBLISH = dotnet publish --configuration Release \
  -p:UseAppHost=false -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false \
  --output "$(ARTIFACTS_DIR)"

.PHONY: build-UploadUrlFunction build-OnObjectCreatedFunction build-BulkIngestFunction build-PublishToCdnFunction \
  build-SweepFunction build-LibvipsLayer

build-UploadUrlFunction:
	$(PUBLISH) src/Functions.UploadUrl

build-OnObjectCreatedFunction:
	$(PUBLISH) src/Functions.OnObjectCreated

build-BulkIngestFunction:
	$(PUBLISH) src/Functions.BulkIngest

build-PublishToCdnFunction:
	$(PUBLISH) src/Functions.PublishToCdn

build-SweepFunction:
	$(PUBLISH) src/Functions.Sweep

# Only a stack with MakeThumbnails=true deploys it; sam build makes it for all, so that it must do without npm.
LIBVIPS = 1.3.4
build-LibvipsLayer:
	mkdir -p "$(ARTIFACTS_DIR)/lib"
	cp layers/libvips/NOTICE "$(ARTIFACTS_DIR)/lib/"
	if command -v npm >/dev/null; then layers/libvips/fetch.sh $(LIBVIPS) "$(ARTIFACTS_DIR)/lib"; \
	else echo "npm is not there, so that the layer of libvips is empty: do not deploy MakeThumbnails=true" >&2; fi
