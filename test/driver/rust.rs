// REQUIRES: rustc
// RUN: %rustc --emit=llvm-ir %s -o %t.ll
// RUN: %opt -S %t.ll | FileCheck %s
// RUN: %open_co_clang -Wno-override-module -O1 %t.ll -x none %rust_std -Wl,-rpath,$(dirname %rust_std) -o %t && %t
// Intent: IR from Rust is rewritten; what its prebuilt library calls is not.

// CHECK-DAG: @__oc_pthread_create
// CHECK-DAG: @__oc_usleep
use std::os::raw::{c_int, c_uint, c_void};
use std::ptr::{addr_of_mut, null, null_mut};

extern "C" {
    fn pthread_create(
        id: *mut usize,
        attributes: *const c_void,
        start: extern "C" fn(*mut c_void) -> *mut c_void,
        argument: *mut c_void,
    ) -> c_int;
    fn pthread_join(id: usize, result: *mut *mut c_void) -> c_int;
    fn usleep(time: c_uint) -> c_int;
}

extern "C" fn run(argument: *mut c_void) -> *mut c_void {
    unsafe {
        assert_eq!(usleep(1000), 0);
        *(argument as *mut c_int) += 1;
    }
    argument
}

fn main() {
    let mut number: c_int = 41;
    let mut id = 0;
    let mut result = null_mut();
    unsafe {
        let argument = addr_of_mut!(number) as *mut c_void;
        assert_eq!(pthread_create(&mut id, null(), run, argument), 0);
        assert_eq!(pthread_join(id, &mut result), 0);
    }
    assert_eq!(number, 42);
}
