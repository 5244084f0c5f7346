# Run by `sam build` (BuildMethod: makefile), which gives ARTIFACTS_DIR and hands on its own environment:
#   FLAVOR=aot ARCH=x86_64 sam build
# portable    one build for arm64 and x86_64, for the runtime dotnet10
# readytorun  the same with code compiled ahead beside it, for one architecture
# aot         one native program, bootstrap, for the runtime provided.al2023; made on Linux of that architecture
FLAVOR ?= portable
# As the template's parameter Architecture.
ARCH ?= arm64
# The compiler's packages for .NET 10 are not in every registry; where they are, AOT_FRAMEWORK=net10.0.
AOT_FRAMEWORK ?= net9.0

RID_arm64 = linux-arm64
RID_x86_64 = linux-x64
RID = $(RID_$(ARCH))
HERE = $(shell uname -s)-$(subst aarch64,arm64,$(shell uname -m))

ifneq ($(filter-out portable readytorun aot,$(FLAVOR))$(filter-out 1,$(words $(FLAVOR))),)
  $(error FLAVOR must be portable, readytorun or aot; it was '$(FLAVOR)')
endif
ifeq ($(RID),)
  $(error ARCH must be arm64 or x86_64; it was '$(ARCH)')
endif
ifeq ($(FLAVOR),aot)
  ifneq ($(HERE),Linux-$(ARCH))
    $(error FLAVOR=aot for ARCH=$(ARCH) is compiled on Linux-$(ARCH), and this is $(HERE). \
      Build it there, or set ARCH and deploy with the parameter Architecture of the same value)
  endif
endif

# MB that an artifact should not grow beyond: what is larger takes longer to fetch at a cold start.
GOAL_portable = 6
GOAL_readytorun = 16
GOAL_aot = 20

# Folders of its own for each flavour: a restore for another framework would undo that of the tests' build.
PUBLISH = dotnet publish --nologo --verbosity quiet --configuration Release \
  -p:ArtifactsPath="$(CURDIR)/artifacts/$(FLAVOR)" \
  -p:DebugType=none -p:PublishDocumentationFiles=false -p:PublishReferencesDocumentationFiles=false

PUBLISH_portable = $(PUBLISH) -p:UseAppHost=false --output "$(ARTIFACTS_DIR)"
PUBLISH_readytorun = $(PUBLISH_portable) --runtime $(RID) --no-self-contained -p:PublishReadyToRun=true
PUBLISH_aot = TargetFramework=$(AOT_FRAMEWORK) $(PUBLISH) --runtime $(RID) -p:PublishAot=true
PROJECT = src/Functions.$*
NATIVE = artifacts/aot/publish/$(notdir $(PROJECT))/release_$(RID)/$(notdir $(PROJECT))

.PHONY: build-LibvipsLayer check-artifacts-dir check-glibc
check-artifacts-dir:
	@test -n "$(ARTIFACTS_DIR)" || { echo "ARTIFACTS_DIR is not set: name the folder for what is built." >&2; exit 2; }

# build-SweepFunction publishes src/Functions.Sweep: a new function needs no line here.
build-%Function: check-artifacts-dir
	@test -d $(PROJECT) || { echo "$@: there is no folder $(PROJECT)." >&2; exit 2; }
	$(PUBLISH_$(FLAVOR)) $(PROJECT)
ifeq ($(FLAVOR),aot)
	@$(MAKE) --no-print-directory check-glibc PROGRAM="$(NATIVE)"
	@mkdir -p "$(ARTIFACTS_DIR)" && cp "$(NATIVE)" "$(ARTIFACTS_DIR)/bootstrap"
endif
	@cd "$(ARTIFACTS_DIR)" && find . -type f -exec wc -c {} \; | sort -rn | awk -v goal=$(GOAL_$(FLAVOR)) ' \
	  { total += $$1; if (NR < 4) largest = largest sprintf(", %s %.1f", substr($$2, 3), $$1 / 1e6) } \
	  END { printf "$*Function, $(FLAVOR): %.1f MB%s (%s)\n", total / 1e6, \
	    (total > goal * 1e6) ? ", over the goal of " goal : "", substr(largest, 3) }'

# A program asks for the C library of the machine that it was linked on; what Amazon Linux 2023 has is this.
GLIBC = 2.34
check-glibc:
	@needed=$$(readelf --version-info --wide "$(PROGRAM)" | grep -o 'GLIBC_[0-9.]*' | sort -uV | tail -n 1); \
	newest=$$(printf '%s\nGLIBC_$(GLIBC)\n' "$$needed" | sort -V | tail -n 1); \
	test -n "$$needed" && test "$$newest" = GLIBC_$(GLIBC) || { echo "$(PROGRAM) needs '$$needed', and Lambda has" \
	  "GLIBC_$(GLIBC): build it in a container of Amazon Linux 2023, as docs/deploy.md says." >&2; exit 1; }; \
	echo "$(PROGRAM): needs $$needed of at most GLIBC_$(GLIBC)"

# Only a stack with MakeThumbnails=true deploys it; sam build makes it for all, so that it must do without npm.
LIBVIPS = 1.3.4
build-LibvipsLayer: check-artifacts-dir
	mkdir -p "$(ARTIFACTS_DIR)/lib"
	cp layers/libvips/NOTICE "$(ARTIFACTS_DIR)/lib/"
	if command -v npm >/dev/null; then layers/libvips/fetch.sh $(LIBVIPS) "$(ARTIFACTS_DIR)/lib"; \
	else echo "npm is not there, so that the layer of libvips is empty: do not deploy MakeThumbnails=true" >&2; fi
