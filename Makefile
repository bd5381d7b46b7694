# minsheng: build, tests and tools. `make help` lists the targets.
# All that is built goes below $(BUILD); SAN=address or SAN=thread build into a folder of their own.

SAN ?=
BUILD ?= build$(if $(SAN),/$(SAN))
PREFIX ?= /usr/local
DESTDIR ?=
JOBS ?= 2
FUZZ_SECONDS ?= 60
PYTHON ?= $(or $(wildcard /usr/bin/python3),python3)
ARGS ?=
# V=1 shows each command whole
V ?=
say = @$(if $(V),,echo '  $(1)  $(patsubst $(BUILD)/%,%,$@)';)
# a sub-make uses $(JOBS) jobs where the caller did not say how many
SUBMAKE = $(MAKE) --no-print-directory $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(JOBS))

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all

# --- flags ------------------------------------------------------------------------------------
WARN := -Wall -Wextra -Werror -Wformat=2 -Wconversion -Wshadow -Wstrict-prototypes \
  -Wmissing-prototypes -Wvla -Wwrite-strings -Wundef
HARDEN := -fstack-protector-strong -fstack-clash-protection -ftrivial-auto-var-init=zero \
  -fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing -fPIE \
  $(if $(filter x86_64,$(shell uname -m)),-fcf-protection=full)
FORTIFY := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3
OPT := -O2 -g
SANFLAGS :=
ifeq ($(SAN),address)
  SANFLAGS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
else ifeq ($(SAN),thread)
  SANFLAGS := -fsanitize=thread -fno-omit-frame-pointer
else ifeq ($(SAN),fuzzer)
  # clang: its warnings differ, and it is here for its fuzzer alone
  SANFLAGS := -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
  WARN := -w
  HARDEN := -fno-strict-overflow -fno-strict-aliasing -fPIE
endif
ifneq ($(SAN),)
  OPT := -O1 -g
  FORTIFY :=
endif
LINK_HARDEN := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,separate-code -Wl,--as-needed
ALL_CFLAGS := -std=c11 -D_GNU_SOURCE $(OPT) $(WARN) $(HARDEN) $(FORTIFY) $(SANFLAGS) -I. \
  -I$(BUILD)/gen $(CFLAGS)
ALL_LDFLAGS := $(LINK_HARDEN) $(SANFLAGS) $(LDFLAGS)
# Generated code is not ours to warn about.
GEN_CFLAGS := $(filter-out $(WARN),$(ALL_CFLAGS)) -w

# --- modules: a folder, an archive ------------------------------------------------------------
# Each line names the archives that a module may use, itself first: the law of layering, for the
# linker. tests/layers.txt is the same law file by file.
MODULES := base serve sheets proto catalogue ledger progress office admission alerts query papers \
  aggregator collectors run program daemon ctl
DIR_base := base
DIR_serve := serve
DIR_sheets := sheets
DIR_proto := proto
DIR_catalogue := aggregator/catalogue
DIR_ledger := aggregator/ledger
DIR_progress := aggregator/progress
DIR_office := aggregator/office
DIR_admission := aggregator/admission
DIR_alerts := aggregator/alerts
DIR_query := aggregator/query
DIR_papers := aggregator/papers
DIR_aggregator := aggregator
DIR_collectors := collectors
DIR_run := collectors/run
DIR_program := collectors/program
DIR_daemon := daemon
DIR_ctl := daemon/ctl
USES_base := base
USES_serve := serve $(USES_base)
USES_sheets := sheets $(USES_base)
USES_proto := proto $(USES_base)
USES_catalogue := catalogue $(USES_proto)
USES_ledger := ledger $(USES_catalogue)
USES_progress := progress $(USES_ledger)
USES_office := office $(USES_progress)
USES_admission := admission $(USES_office)
USES_alerts := alerts $(USES_admission)
USES_query := query $(USES_alerts)
USES_papers := papers sheets $(USES_query)
USES_aggregator := aggregator $(USES_papers)
USES_collectors := collectors sheets $(USES_proto)
USES_run := run serve $(USES_collectors)
USES_program := program $(USES_run)
USES_daemon := daemon collectors serve $(USES_aggregator)
USES_ctl := ctl daemon serve $(USES_aggregator)

LIBS_base := -lsodium -lyaml -lpthread
LIBS_serve := -levent -lcurl -ljansson $(LIBS_base)
LIBS_sheets := -lxlsxwriter $(LIBS_base)
LIBS_proto := -lprotobuf-c -lzmq $(LIBS_base)
LIBS_catalogue := $(LIBS_proto)
LIBS_ledger := -llmdb -ljansson $(LIBS_proto)
LIBS_progress := $(LIBS_ledger)
LIBS_office := $(LIBS_ledger)
LIBS_admission := $(LIBS_ledger)
LIBS_alerts := $(LIBS_ledger)
LIBS_query := $(LIBS_ledger)
LIBS_papers := -lzip $(LIBS_ledger) $(LIBS_sheets)
LIBS_aggregator := $(LIBS_papers)
LIBS_collectors := -llmdb -ljansson -lcsv -lzip -lexpat $(LIBS_sheets) $(LIBS_proto)
LIBS_run := $(LIBS_collectors) $(LIBS_serve)
LIBS_program := $(LIBS_run)
LIBS_daemon := -levent -lcurl -lcsv -lexpat $(LIBS_papers)
LIBS_ctl := -lcurl $(LIBS_papers)

# these are programs, not parts of an archive
MAINS := daemon/main.c daemon/ctl/main.c collectors/program/main.c
lib = $(BUILD)/lib/$(1).a
objs = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
sources = $(filter-out $(MAINS),$(wildcard $(DIR_$(1))/*.c))
libs_of = $(foreach m,$(USES_$(1)),$(call lib,$(m)))
# $(call link,module): the recipe line that links what is in $^ with the module's libraries
link = $(call say,link)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(2) $(LIBS_$(1))

# --- programs ---------------------------------------------------------------------------------
.PHONY: all
PROGRAMS := $(addprefix $(BUILD)/bin/,minshengd minshengctl minsheng)
all: $(PROGRAMS) ## the three programs, in $(BUILD)/bin

$(BUILD)/bin/minshengd: $(BUILD)/obj/daemon/main.o $(call libs_of,daemon)
	@mkdir -p $(@D)
	$(call link,daemon)
$(BUILD)/bin/minshengctl: $(BUILD)/obj/daemon/ctl/main.o $(call libs_of,ctl)
	@mkdir -p $(@D)
	$(call link,ctl)
$(BUILD)/bin/minsheng: $(BUILD)/obj/collectors/program/main.o $(call libs_of,program)
	@mkdir -p $(@D)
	$(call link,program)

# --- compiling --------------------------------------------------------------------------------
# The page: built by esbuild, and part of the daemon.
WEB := $(BUILD)/web
WEB_SOURCES := $(wildcard dashboard/src/*.* dashboard/src/*/*) dashboard/build.mjs dashboard/package-lock.json
# Two builds share the folder: the second waits, and finds it done.
dashboard/node_modules/.package-lock.json: dashboard/package-lock.json
	$(call say,npm )cd dashboard && flock package-lock.json sh -c \
	  '[ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --no-audit --no-fund --loglevel=error'
$(BUILD)/gen/web_files.inc: $(WEB_SOURCES) tools/web-files.sh dashboard/node_modules/.package-lock.json
	@mkdir -p $(@D)
	$(call say,web )node dashboard/build.mjs --out $(abspath $(WEB))
	@tools/web-files.sh $(abspath $(WEB)) >$@
$(BUILD)/obj/daemon/web_files.o: $(BUILD)/gen/web_files.inc

# A stamp is a file that is written anew only when its words change: other flags compile all again,
# and an archive forgets a source file that is gone.
ifneq ($(filter-out clean help deps,$(or $(MAKECMDGOALS),all)),)
  stamp = $(if $(filter x$(subst $(space),_,$(strip $(file <$(1)))),x$(subst $(space),_,$(strip $(2)))),,\
    $(shell mkdir -p $(dir $(1)))$(file >$(1),$(strip $(2))))
endif
space := $() $()
$(call stamp,$(BUILD)/flags,$(CC) $(ALL_CFLAGS))
$(foreach m,$(MODULES),$(call stamp,$(BUILD)/lib/$(m).list,$(m): $(call sources,$(m))))
$(BUILD)/flags $(foreach m,$(MODULES),$(BUILD)/lib/$(m).list): ;

GEN := $(BUILD)/gen/proto/minsheng.pb-c
$(GEN).c: proto/minsheng.proto
	@mkdir -p $(@D)
	$(call say,gen )protoc-c --proto_path=proto --c_out=$(@D) minsheng.proto
$(GEN).h: $(GEN).c ;
GEN_PYTHON := $(BUILD)/gen/python/minsheng_pb2.py
$(GEN_PYTHON): proto/minsheng.proto
	@mkdir -p $(@D)
	$(call say,gen )protoc --proto_path=proto --python_out=$(@D) minsheng.proto

$(BUILD)/obj/%.o: %.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<
# the document of the API is part of the program
$(BUILD)/obj/daemon/openapi.o: daemon/openapi.json
$(BUILD)/obj/proto/minsheng.pb-c.o: $(GEN).c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,cc  )$(CC) $(GEN_CFLAGS) -c -o $@ $<
# who may include the generated header has to wait for it
$(call objs,$(wildcard proto/*.c tests/unit/proto/*.c tests/fuzz/*.c)): | $(GEN).h

define module
$(call lib,$(1)): $(call objs,$(call sources,$(1))) \
  $(if $(filter proto,$(1)),$(BUILD)/obj/proto/minsheng.pb-c.o) $(BUILD)/lib/$(1).list
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,ar  )ar rcs $$@ $$(filter %.o,$$^)
endef
$(foreach m,$(MODULES),$(eval $(call module,$(m))))

# --- tests ------------------------------------------------------------------------------------
# tests/unit/<module>/test_*.c: a program each, linked with what its module may use and with the
# other files of its folder.
UNIT := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(sort $(wildcard tests/unit/*/test_*.c)))
define unit_module
$(BUILD)/tests/unit/$(1)/%: $(BUILD)/obj/tests/unit/$(1)/%.o \
  $(call objs,$(filter-out tests/unit/$(1)/test_%,$(wildcard tests/unit/$(1)/*.c))) $(call libs_of,$(1))
	@mkdir -p $$(@D)
	$$(call link,$(1),-lcmocka)
.PHONY: unit-$(1)
unit-$(1): $(filter $(BUILD)/tests/unit/$(1)/%,$(UNIT))
	@$(RUN) --unit $$^
endef
SCENARIO := $(BUILD)/tests/scenario/run
$(SCENARIO): $(call objs,$(wildcard tests/scenario/*.c)) $(call libs_of,aggregator)
	@mkdir -p $(@D)
	$(call link,aggregator)
# C programs that system tests use: one a file, linked with anything
SYSTEM_TOOLS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/system/*.c))
$(BUILD)/tests/system/%: $(BUILD)/obj/tests/system/%.o $(call libs_of,daemon)
	@mkdir -p $(@D)
	$(call link,daemon)
$(BUILD)/tests/system/torture: $(call objs,$(wildcard tests/system/torture/*.c))
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ := $(FUZZ_NAMES:%=$(BUILD)/tests/fuzz/%)
FUZZ_MAIN := $(if $(filter fuzzer,$(SAN)),,$(BUILD)/obj/tests/fuzz/replay_main.o)
FUZZ_LINK := $(if $(filter fuzzer,$(SAN)),-fsanitize=fuzzer --rtlib=compiler-rt --unwindlib=libgcc)
# which module a target tries; daemon, the roof, where nothing is said
FUZZ_OF_yaml := base
FUZZ_OF_codec := proto
FUZZ_OF_envelope := proto
FUZZ_OF_message := proto
FUZZ_OF_catalogue := catalogue
FUZZ_OF_csv := collectors
FUZZ_OF_jsonl := collectors
FUZZ_OF_sheet := collectors
FUZZ_OF_xlsx := collectors
FUZZ_OF_token := collectors
fuzz_of = $(or $(FUZZ_OF_$(1)),daemon)
define fuzz_target
$(BUILD)/tests/fuzz/$(1): $(BUILD)/obj/tests/fuzz/fuzz_$(1).o $(FUZZ_MAIN) $(call libs_of,$(call fuzz_of,$(1)))
	@mkdir -p $$(@D)
	$$(call link,$(call fuzz_of,$(1)),$(FUZZ_LINK))
endef
$(foreach f,$(FUZZ_NAMES),$(eval $(call fuzz_target,$(f))))

SCENARIO_FILES := $(sort $(wildcard tests/scenario/*.scn))
SYSTEM_FILES := $(sort $(wildcard tests/system/test_*.sh tests/system/test_*.py))
SMOKE_FILES := $(wildcard tests/system/test_smoke.sh)
SYSTEM_NEEDS := $(if $(SYSTEM_FILES),$(PROGRAMS) $(SYSTEM_TOOLS) $(GEN_PYTHON))
ARGS_UNIT = $(if $(UNIT),--unit $(UNIT))
ARGS_SCENARIO = $(if $(SCENARIO_FILES),--scenario $(SCENARIO) $(SCENARIO_FILES))
ARGS_SYSTEM = $(if $(SYSTEM_FILES),--system $(SYSTEM_FILES))
ARGS_FUZZ = $(if $(FUZZ),--replay $(FUZZ))
RUN := SAN=$(SAN) JOBS=$(JOBS) PYTHON=$(PYTHON) MINSHENG_BIN=$(abspath $(BUILD))/bin \
  MINSHENG_TOOLS=$(abspath $(BUILD))/tests/system PYTHONPATH=$(abspath $(BUILD))/gen/python tests/run.sh
$(foreach m,$(MODULES),$(eval $(call unit_module,$(m))))

.PHONY: check check-built unit web-unit scenario system fuzz-replay layers browser
check: ## all tests; installs what is missing first; the last line is "N passed, N failed"
	@tools/deps.sh run check
	@+$(SUBMAKE) check-built
check-built: all $(UNIT) $(if $(SCENARIO_FILES),$(SCENARIO)) $(SYSTEM_NEEDS) $(FUZZ)
	@$(RUN) --command tools/layers.sh --unit tests/web-unit.sh $(ARGS_UNIT) $(ARGS_SCENARIO) $(ARGS_FUZZ) $(ARGS_SYSTEM)
unit: $(UNIT) ## unit tests; those of one module: make unit-base
	@$(RUN) $(ARGS_UNIT)
web-unit: dashboard/node_modules/.package-lock.json ## the page without a browser: types, colours, what it computes
	@$(RUN) --unit tests/web-unit.sh
scenario: $(SCENARIO) ## tests on virtual time: rows in, days pass, lights and alerts out
	@$(RUN) $(ARGS_SCENARIO)
system: $(SYSTEM_NEEDS) ## tests with real daemons and clients; some only: SYSTEM_FILES=tests/system/test_x.sh
	@$(RUN) $(ARGS_SYSTEM)
fuzz-replay: $(FUZZ) ## what fuzzing found interesting, replayed
	@$(RUN) $(ARGS_FUZZ)
browser: all ## each screen in a real browser, on the demo's year; ARGS="--only ^screen.matrix"
	@tools/deps.sh run web
	@MINSHENG_BIN=$(abspath $(BUILD))/bin node tests/web/run.mjs --shots $(abspath $(BUILD))/web-shots $(ARGS)
layers: ## the layering law of tests/layers.txt
	@tools/layers.sh

.PHONY: asan tsan sanitized threaded fuzz fuzz-programs torture integration
asan: ## unit, scenario and one short system test under AddressSanitizer and UBSan
	@+$(SUBMAKE) SAN=address BUILD=$(BUILD)/address sanitized
tsan: ## what runs in several threads, under ThreadSanitizer: unit tests and a short system test
	@+$(SUBMAKE) SAN=thread BUILD=$(BUILD)/thread threaded
sanitized: all $(UNIT) $(if $(SCENARIO_FILES),$(SCENARIO)) $(if $(SMOKE_FILES),$(SYSTEM_NEEDS)) $(FUZZ)
	@$(RUN) $(ARGS_UNIT) $(ARGS_SCENARIO) $(ARGS_FUZZ) $(if $(SMOKE_FILES),--system $(SMOKE_FILES))
# The aggregator belongs to one thread by law; its store is read by many.
THREADED := $(foreach m,base serve ledger query collectors run program daemon,$(filter $(BUILD)/tests/unit/$(m)/%,$(UNIT)))
threaded: all $(THREADED) $(if $(SMOKE_FILES),$(SYSTEM_NEEDS))
	@$(RUN) --unit $(THREADED) $(if $(SMOKE_FILES),--system $(SMOKE_FILES))
fuzz: ## fuzzes each target for FUZZ_SECONDS (60); one only: FUZZ_NAMES=codec
	@tools/deps.sh run fuzz
	@+$(SUBMAKE) CC=clang SAN=fuzzer BUILD=$(BUILD)/fuzzer fuzz-programs
	@tests/fuzz/fuzz.sh $(BUILD)/fuzzer $(FUZZ_SECONDS) $(FUZZ_NAMES)
fuzz-programs: $(FUZZ)
torture: all $(SYSTEM_TOOLS) ## a million rows, the daemon killed 20 times; ARGS=--help for less
	@MINSHENG_BIN=$(abspath $(BUILD))/bin $(BUILD)/tests/system/torture $(or $(ARGS),\
	  --rows 1000000 --kills 20 --reporter-kills 60)
INTEGRATION_FILES := $(sort $(wildcard tests/integration/test_*.sh tests/integration/test_*.py))
integration: all $(GEN_PYTHON) ## tests that need other people's servers
	@$(if $(INTEGRATION_FILES),$(RUN) --system $(INTEGRATION_FILES),echo "there are no integration tests")

# --- everything else --------------------------------------------------------------------------
.PHONY: deps demo bench bench-judge bench-page bench-pages bench-programs install uninstall clean help
GROUPS ?= run
deps: ## installs what is missing (Debian): GROUPS="run check fuzz bench"
	@tools/deps.sh $(GROUPS)
demo: ## plays a synthetic year on this machine; ARGS=--check plays it at full speed
	@tools/deps.sh run
	@+$(SUBMAKE) all
	@$(BUILD)/bin/minshengd demo $(ARGS)

BENCH := $(patsubst %.c,$(BUILD)/%,$(wildcard bench/*.c))
$(BUILD)/bench/%: $(BUILD)/obj/bench/%.o $(call libs_of,daemon)
	@mkdir -p $(@D)
	$(call link,daemon)
$(BUILD)/bench/load: $(call objs,$(wildcard bench/load/*.c))
$(BUILD)/bench/pages: $(call objs,$(wildcard bench/load/*.c bench/pages/*.c))
bench-programs: $(BENCH)
bench: ## measures rows a second, latency, bytes a row, memory, judging; see bench/
	@tools/deps.sh run bench
	@+$(SUBMAKE) all bench-programs
	@MINSHENG_BIN=$(abspath $(BUILD))/bin $(BUILD)/bench/load $(ARGS)
	@$(BUILD)/bench/judge
bench-judge: $(BUILD)/bench/judge ## how long judging takes; ARGS=--runs 1000
	@$(BUILD)/bench/judge $(ARGS)
bench-pages: bench-programs all ## what 200 open pages cost; ARGS="--runs 5 --pause 10000"
	@MINSHENG_BIN=$(abspath $(BUILD))/bin $(BUILD)/bench/pages $(ARGS)

bench-page: all ## the page in a browser: first paint, weight, a commit shown, keys in the matrix; ARGS=--limits
	@tools/deps.sh run web
	@MINSHENG_SLOW=1 MINSHENG_BIN=$(abspath $(BUILD))/bin node bench/page.mjs $(ARGS)
	@MINSHENG_BIN=$(abspath $(BUILD))/bin node bench/page_matrix.mjs

SHARE = $(DESTDIR)$(PREFIX)/share/minsheng
UNIT_DIR = $(DESTDIR)$(PREFIX)/lib/systemd/system
install: all ## into $(DESTDIR)$(PREFIX): programs, catalogues, protocol, examples, dashboards, systemd unit
	install -d $(DESTDIR)$(PREFIX)/bin $(SHARE)/catalogue $(SHARE)/proto $(SHARE)/examples \
	  $(SHARE)/prometheus $(SHARE)/grafana $(SHARE)/nginx $(UNIT_DIR)
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(wildcard catalogue/*.yaml) $(SHARE)/catalogue
	install -m 644 proto/minsheng.proto proto/PROTOCOL.md $(SHARE)/proto
	install -m 644 $(wildcard docs/examples/*) $(SHARE)/examples
	install -m 644 $(wildcard packaging/prometheus/*.yml) $(SHARE)/prometheus
	install -m 644 $(wildcard packaging/grafana/*.json) $(SHARE)/grafana
	install -m 644 packaging/nginx.conf $(SHARE)/nginx
	sed 's|/usr/local/bin/|$(PREFIX)/bin/|' packaging/minshengd.service >$(UNIT_DIR)/minshengd.service
	chmod 644 $(UNIT_DIR)/minshengd.service
uninstall: ## takes away what install put there
	rm -rf $(SHARE)
	rm -f $(UNIT_DIR)/minshengd.service $(addprefix $(DESTDIR)$(PREFIX)/bin/,$(notdir $(PROGRAMS)))
clean: ## removes all that was built
	rm -rf $(BUILD)
help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))
	@echo 'Variables: BUILD=folder SAN=address|thread JOBS=2 PREFIX=/usr/local DESTDIR='

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
