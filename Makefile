# Run by `sam build` (BuildMethod: makefile), which gives ARTIFACTS_DIR.
# Portable on purpose: one build runs on arm64 and x86_64 alike.
PUBLISH = dotnet publish --configuration Release \
  -p:UseAppHost=false -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false \
  --output "$(ARTIFACTS_DIR)"

.PHONY: build-UploadUrlFunction build-OnObjectCreatedFunction build-BulkIngestFunction build-PublishToCdnFunction \
  build-SweepFunction

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
