//! What the process that runs the cells calls around each of them; lessons never do.
//!
//! It lives here because this library and the cells share one standard library: a panic hook set
//! from the outside would not be theirs, nor the buffer of their standard output.

use std::any::Any;
use std::collections::HashMap;
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::sync::{Arc, Mutex, OnceLock};
use std::thread::ThreadId;

/// The mark that announces a report, and the thread that runs the cells.
static SETTING: OnceLock<(Vec<u8>, ThreadId)> = OnceLock::new();

/// Called once, before the first cell: panics are reported on standard error behind `mark`, which
/// the reader of that stream recognises, and in words.
///
/// # Safety
/// `mark` points to `length` readable bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn cahier_prepare(mark: *const u8, length: usize) {
    // SAFETY: the caller's promise, above.
    let bytes = unsafe { std::slice::from_raw_parts(mark, length) };
    let _ = SETTING.set((bytes.to_vec(), std::thread::current().id()));
    std::panic::set_hook(Box::new(report));
    let _shared: fn(&mut Variables) = std::hint::black_box(generics);
}

/// How evcxr keeps the variables of cells.
type Variables = HashMap<String, Box<dyn Any>>;

/// What evcxr generates in every cell, written once more and never called: rustc takes the generic
/// functions that this library has already compiled from here, in place of compiling them with
/// each cell.
fn generics(variables: &mut Variables) {
    let slot = variables.entry(String::new()).or_insert_with(|| {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        Box::new(Arc::new(Mutex::new(runtime)))
    });
    if let Some(runtime) = slot.downcast_mut::<Arc<Mutex<tokio::runtime::Runtime>>>() {
        let runtime = Arc::clone(runtime);
        let guard = match runtime.lock() {
            Ok(guard) => guard,
            Err(poisoned) => poisoned.into_inner(),
        };
        guard.block_on(async {});
    }
    variables.insert(String::new(), Box::new(String::new()));
    let _ = variables
        .get("")
        .map(|value| value.downcast_ref::<String>().is_none());
    let _ = variables
        .remove("")
        .map(|value| value.downcast::<String>().map(|text| *text));
    let _ = std::mem::replace(variables, Variables::new());
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
