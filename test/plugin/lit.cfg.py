# The plugin's tests, for one LLVM version at a time:
#
#   lit.py --param llvm=19 --param build_dir=build test/plugin
#
# llvm      the major version whose opt and clang are used; default 19
# build_dir the CMake build tree that holds the plugin; default <repo>/build

import os
import shutil

import lit.formats

repo = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def param(name, default):
    value = lit_config.params.get(name) or os.environ.get("OPEN_CO_" + name.upper())
    return value or default


def find_bin(major):
    for folder in (f"/usr/lib/llvm-{major}/bin", f"/usr/lib64/llvm{major}/bin"):
        if os.path.exists(os.path.join(folder, "opt")):
            return folder
    lit_config.fatal(f"LLVM {major} is not installed")


def find_tool(name):
    """FileCheck and its like: any version's will do."""
    for major in [llvm] + list(range(22, 13, -1)):
        path = f"/usr/lib/llvm-{major}/bin/{name}"
        if os.path.exists(path):
            return path
    return shutil.which(name) or lit_config.fatal(f"{name} not found")


llvm = int(param("llvm", "19"))
build_dir = os.path.abspath(param("build_dir", os.path.join(repo, "build")))
llvm_bin = find_bin(llvm)
plugins = os.path.join(build_dir, "lib", "open-co")
plugin = os.path.join(plugins, f"llvm-{llvm}", "libOpenCoPass.so")
if not os.path.exists(plugin):
    lit_config.fatal(f"{plugin} not found: build it, or give --param build_dir=")

config.name = f"open-co plugin, LLVM {llvm}"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".cpp", ".ll", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.dirname(os.path.abspath(__file__))
config.test_exec_root = os.path.join(build_dir, "test", "plugin", f"llvm-{llvm}")

# LLVM 14 knows `ptr` only if asked.
opaque = " -opaque-pointers" if llvm < 15 else ""
clang = f"{llvm_bin}/clang"
majors = sorted(
    int(folder[5:])
    for folder in os.listdir(plugins)
    if folder.startswith("llvm-") and os.path.exists(f"{find_bin(folder[5:])}/clang")
)


def word(name):
    return rf"(?<![\w./%-]){name}(?![\w./-])"


config.substitutions += [
    ("%plugins", plugins),
    ("%plugin", plugin),
    ("%python", "python3"),
    ("%include", os.path.join(repo, "runtime", "include")),
    ("%llvm_bin", llvm_bin),
    ("%llvm", str(llvm)),
    ("%majors", " ".join(map(str, majors))),
    # Both, as the wrappers do: ccache hashes only what -fplugin names.
    ("%rewrite", f"-fplugin={plugin} -fpass-plugin={plugin}"),
    ("%cxx20", "-std=c++20" + (" -fcoroutines-ts" if llvm < 15 else "")),
    ("%clangxx", f"{clang}++"),
    ("%clang", clang),
    ("%lld", f"--ld-path={llvm_bin}/ld.lld"),
    (word("llc"), f"{llvm_bin}/llc{opaque}"),
    (word("opt"), f"{llvm_bin}/opt{opaque}"),
] + [(word(tool), find_tool(tool)) for tool in ("FileCheck", "not", "split-file")]

# The intrinsic that turns a thread_local into its address.
if llvm >= 15:
    config.available_features.add("threadlocal-address")
if llvm < 17:
    config.available_features.add("typed-pointers")
