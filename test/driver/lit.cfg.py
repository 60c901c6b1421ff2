# The compiler wrappers and the plugin through real clang.
#
#   --param llvm=14|16|19|22   which clang (default 19)
#   --param build_dir=DIR      where bin/open-co-clang is (default <repo>/build)
import glob
import os
import subprocess

import lit.formats

here = os.path.dirname(os.path.abspath(__file__))
repo = os.path.dirname(os.path.dirname(here))
llvm = lit_config.params.get("llvm", "19")
build = os.path.abspath(
    lit_config.params.get("build_dir", os.path.join(repo, "build"))
)
llvm_bin = f"/usr/lib/llvm-{llvm}/bin"
plugin = f"{build}/lib/open-co/llvm-{llvm}/libOpenCoPass.so"

config.name = "driver"
config.test_format = lit.formats.ShTest(execute_external=True)
config.suffixes = [".c", ".cpp", ".f90", ".ll", ".rs", ".s", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = here
config.test_exec_root = os.path.join(build, "test-out", f"llvm{llvm}", "driver")
config.environment = {
    k: v for k, v in config.environment.items() if not k.startswith("OPEN_CO_")
}
config.environment["OPEN_CO_LLVM"] = llvm
# FileCheck and not of one release read what every release prints.
config.environment["PATH"] = "/usr/lib/llvm-19/bin:" + os.environ["PATH"]

# Every use of the wrapper must be free of warnings of its own.
config.substitutions += [
    ("%open_co_clangxx", f"{build}/bin/open-co-clang++ -Wall -Werror"),
    ("%open_co_clang", f"{build}/bin/open-co-clang -Wall -Werror"),
    ("%both", f"python3 {here}/Inputs/both.py %t {llvm_bin}/clang {build}/bin/open-co-clang"),
    ("%ccache", "cd %t && env CCACHE_DIR=%t/cache CCACHE_CONFIGPATH=/dev/null ccache"),
    ("%llvm_ar", f"{llvm_bin}/llvm-ar"),
    ("%llvm_cov", f"{llvm_bin}/llvm-cov"),
    ("%clangxx", f"{llvm_bin}/clang++"),
    ("%clang", f"{llvm_bin}/clang"),
    ("%opt", f"{llvm_bin}/opt -load-pass-plugin={plugin} -passes=open-co"),
    ("%plugin", plugin),
    ("%build", build),
    ("%repo", repo),
    ("%llvm", llvm),
]

# What depends little on the release, and takes long, runs with one.
if llvm == "19":
    config.available_features.add("gate")

if os.path.exists("/usr/bin/distccd"):
    config.available_features.add("distcc")

# Where it may trace a process, as it may not in some containers.
def runs(*command):
    return subprocess.run(command, capture_output=True).returncode == 0


if runs("sh", "-c", "gdb -nx -batch -ex run -ex 'info program' /bin/true | grep -q 'exited normally'"):
    config.available_features.add("gdb")

# Other front ends, where they are installed: Debian's flang and rustc.
flang = f"{llvm_bin}/flang-new"
if os.path.exists(flang):
    config.available_features.add("flang")
    config.substitutions.append(("%flang", flang))
rustc = "/usr/bin/rustc"
if os.path.exists(rustc):
    about = subprocess.run([rustc, "-vV"], capture_output=True, check=True, text=True).stdout
    # A release reads the bitcode and text of its own kind only.
    if f"LLVM version: {llvm}." in about:
        config.available_features.add("rustc")
    rust_std = glob.glob("/usr/lib/x86_64-linux-gnu/libstd-*.so")
    config.substitutions += [("%rustc", rustc), ("%rust_std", "".join(rust_std[:1]))]
