//! What the process that runs the cells calls around each of them; lessons never do.
//!
//! It lives here because this library and the cells share one standard library: a panic hook set
//! from the outside would not be theirs, nor the buffer of their standard output.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::fmt::Debug;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::ThreadId;

use tokio::runtime::Runtime;

/// The mark that announces a report, and the thread that runs the cells.
static SETTING: OnceLock<(Vec<u8>, ThreadId)> = OnceLock::new();

/// Called once, before the first cell: panics are reported on standard error behind `mark`, which
/// the reader of that stream recognises, and in words. Credentials leave the environment.
///
/// # Safety
/// `mark` points to `length` readable bytes, and no other thread reads or writes the environment.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cahier_prepare(mark: *const u8, length: usize) {
    // SAFETY: the caller's promise, above.
    let bytes = unsafe { std::slice::from_raw_parts(mark, length) };
    let _ = SETTING.set((bytes.to_vec(), std::thread::current().id()));
    std::panic::set_hook(Box::new(report));
    // SAFETY: the caller's promise, above.
    unsafe { crate::identifiants::prendre() };
    let _shared: fn(&mut VariableStore) = std::hint::black_box(generics);
    let _sent = std::hint::black_box(crate::operations::all as fn(_, _));
}

/// The variables of cells from one to the next, as evcxr 0.22.0 keeps them, with the same layout: a cell
/// that does not know this library has evcxr's own.
pub struct VariableStore {
    variables: HashMap<String, Box<dyn Any + 'static>>,
}

impl VariableStore {
    /// Keeps a variable.
    pub fn put_variable<T: 'static>(&mut self, name: &str, value: T) {
        self.put(name, Box::new(value));
    }

    fn put(&mut self, name: &str, value: Box<dyn Any>) {
        self.variables.insert(name.to_owned(), value);
    }

    /// Whether a variable, if it is there, has this type; else that is said, and the variable is lost.
    pub fn check_variable<T: 'static>(&mut self, name: &str) -> bool {
        self.check(name, TypeId::of::<T>())
    }

    fn check(&self, name: &str, wanted: TypeId) -> bool {
        let found = self.variables.get(name).map(|value| value.as_ref().type_id());
        let right = found.is_none_or(|found| found == wanted);
        if !right {
            if SETTING.get().is_none() {
                eprintln!("The type of the variable {name} was redefined, so was lost.");
            }
            say("retyped ", "EVCXR_VARIABLE_CHANGED_TYPE:", name);
        }
        right
    }

    /// Gives a variable to a cell.
    ///
    /// # Panics
    /// When it is not there, or has another type.
    pub fn take_variable<T: 'static>(&mut self, name: &str) -> T {
        let Ok(value) = self.take(name).downcast() else {
            panic!("Variable changed type")
        };
        *value
    }

    fn take(&mut self, name: &str) -> Box<dyn Any> {
        match self.variables.remove(name) {
            Some(value) => value,
            None => panic!("Variable '{name}' has gone missing"),
        }
    }
}

/// An empty store; nobody frees it.
pub fn create_variable_store() -> *mut VariableStore {
    Box::into_raw(Box::new(VariableStore {
        variables: HashMap::new(),
    }))
}

/// [`create_variable_store`] for a cell that does not know this library and calls it by name, as the next four.
#[unsafe(no_mangle)]
pub extern "Rust" fn cahier_store() -> *mut () {
    create_variable_store().cast()
}

/// Keeps a variable.
///
/// # Safety
/// `store` is from [`cahier_store`], and nobody else uses it meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "Rust" fn cahier_put(store: *mut (), name: &str, value: Box<dyn Any>) {
    // SAFETY: the caller's promise, above.
    unsafe { own(store) }.put(name, value);
}

/// Whether a variable, if it is there, has this type.
///
/// # Safety
/// As for [`cahier_put`].
#[unsafe(no_mangle)]
pub unsafe extern "Rust" fn cahier_check(store: *mut (), name: &str, wanted: TypeId) -> bool {
    // SAFETY: the caller's promise, above.
    unsafe { own(store) }.check(name, wanted)
}

/// Gives a variable to a cell.
///
/// # Safety
/// As for [`cahier_put`].
///
/// # Panics
/// When it is not there.
#[unsafe(no_mangle)]
pub unsafe extern "Rust" fn cahier_take(store: *mut (), name: &str) -> Box<dyn Any> {
    // SAFETY: the caller's promise, above.
    unsafe { own(store) }.take(name)
}

/// Shows an error that ended a cell, and tells evcxr.
#[unsafe(no_mangle)]
pub extern "Rust" fn cahier_tell(error: &dyn Debug) {
    tell(error);
}

/// # Safety
/// As for [`cahier_put`].
unsafe fn own<'a>(store: *mut ()) -> &'a mut VariableStore {
    // SAFETY: the caller's promise, above.
    unsafe { &mut *store.cast() }
}

/// The runtime on which cells wait, made by the first of them.
pub fn runtime(store: &mut VariableStore) -> Arc<Mutex<Runtime>> {
    let new = || Box::new(Arc::new(Mutex::new(Runtime::new().unwrap()))) as Box<dyn Any>;
    let kept = store
        .variables
        .entry("evcxr_tokio_runtime".to_owned())
        .or_insert_with(new);
    match kept.downcast_ref::<Arc<Mutex<Runtime>>>() {
        Some(runtime) => Arc::clone(runtime),
        None => panic!("evcxr_tokio_runtime changed type"),
    }
}

/// Runs a cell on it to its end. What a runtime does around any future is compiled here, once.
pub fn run(runtime: &Mutex<Runtime>, cell: impl Future) {
    block_on(
        runtime,
        pin!(async {
            cell.await;
        }),
    );
}

fn block_on(runtime: &Mutex<Runtime>, cell: Pin<&mut dyn Future<Output = ()>>) {
    let guard = match runtime.lock() {
        Ok(guard) => guard,
        Err(poisoned) => poisoned.into_inner(),
    };
    guard.block_on(cell);
}

/// What a `?` outside any function ends a cell with: any error, which is shown and told to evcxr.
pub struct EvcxrUserCodeError {}

impl<T: Debug> From<T> for EvcxrUserCodeError {
    fn from(error: T) -> Self {
        tell(&error);
        Self {}
    }
}

fn tell(error: &dyn Debug) {
    let text = format!("{error:?}");
    if SETTING.get().is_none() {
        eprintln!("{text}");
    }
    say(
        &format!("question-mark {}", serde_json::Value::String(text)),
        "EVCXR_ERROR_OCCURRED",
        "",
    );
}

/// Tells the reader of standard output something: in its own words behind the mark, in evcxr's without one.
fn say(own: &str, evcxr: &str, more: &str) {
    match SETTING.get() {
        Some((mark, _)) => println!("{}{own}{more}", String::from_utf8_lossy(mark)),
        None => println!("{evcxr}{more}"),
    }
}

/// What evcxr generates in every cell, written once more and never called: rustc takes the generic
/// functions that this library has already compiled from here, in place of compiling them with
/// each cell.
fn generics(store: &mut VariableStore) {
    let runtime = runtime(store);
    run(&runtime, async {});
    store.put_variable("", String::new());
    let _ = store.check_variable::<String>("");
    let _ = store.take_variable::<String>("");
    let _ = store.take_variable::<crate::Atelier>("");
    store.put_variable("", Vec::<String>::new());
    let _ = EvcxrUserCodeError::from(String::new());
}

/// Called after each cell: what it printed without a line end leaves the buffer.
#[unsafe(no_mangle)]
pub extern "C" fn cahier_flush() {
    let _ = std::io::stdout().flush();
    let _ = std::io::stderr().flush();
}

fn report(info: &PanicHookInfo<'_>) {
    let payload = info.payload();
    let message = payload
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "Box<dyn Any>".to_owned());
    let Some((mark, cells)) = SETTING.get() else {
        return;
    };
    let thread = std::thread::current();
    let place = info.location();
    let record = serde_json::json!({
        "message": message,
        "cell": thread.id() == *cells,
        "thread": thread.name().unwrap_or("<unnamed>"),
        "line": place.map_or(0, |place| place.line()),
        "file": place.map_or("", |place| place.file()),
    });
    let mut text = mark.clone();
    text.extend_from_slice(format!("panic {record}\n").as_bytes());
    let _ = std::io::stderr().lock().write_all(&text);
}
