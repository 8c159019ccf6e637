//! The text in which evcxr asks the compiler for mistakes, where it cannot keep a variable: it hands over the variables of
//! earlier cells as parameters, with their types as rust-analyzer writes them, without lifetimes. What a cell keeps borrows
//! nothing that ends; said so, the compiler finds the learner's mistakes, or none, and evcxr says what it cannot keep.

/// The texts of evcxr 0.22.0 (`eval_context.rs`) around the parameters.
const BEGIN: &str = "async fn evcxr_analysis_wrapper(";
const END: &str = ") -> Result<(), EvcxrUserCodeError> {";
/// In the types of functions, a reference without a lifetime may have any.
const FUNCTIONS: [&str; 4] = ["fn(", "Fn(", "FnMut(", "FnOnce("];

/// The text with parameters that live as long as the session. No line moves.
pub(super) fn of_lasting_variables(source: &str) -> String {
    let place = source.find(BEGIN).and_then(|begin| {
        let start = begin + BEGIN.len();
        Some((start, start + source[start..].find(END)?))
    });
    let Some((start, end)) = place else {
        return source.to_owned();
    };
    let parameters: String = source[start..end].split_inclusive('\n').map(lasting).collect();
    format!("{}{parameters}{}", &source[..start], &source[end..])
}

fn lasting(parameter: &str) -> String {
    if FUNCTIONS.iter().any(|function| parameter.contains(function)) {
        return parameter.to_owned();
    }
    parameter
        .replace("'_", "'static")
        .replace('&', "&'static ")
        .replace("&'static '", "&'")
}

#[cfg(test)]
mod tests {
    use super::of_lasting_variables;

    fn parameters(types: &[&str]) -> String {
        let parameters: Vec<String> = types.iter().map(|of_type| format!("a: {of_type},\n")).collect();
        let lines = parameters.concat();
        format!(
            "struct S;\nasync fn evcxr_analysis_wrapper(\n{lines}) -> Result<(), EvcxrUserCodeError> {{\nlet b = &a;\n}}\n"
        )
    }

    #[test]
    fn what_earlier_cells_keep_borrows_nothing_that_ends() {
        let types = [
            "alloc::vec::Vec<(&str, &mut u8)>",
            "alloc::borrow::Cow<'_, str>",
            "&'static str",
            "u8",
        ];
        let lasting = [
            "alloc::vec::Vec<(&'static str, &'static mut u8)>",
            "alloc::borrow::Cow<'static, str>",
            "&'static str",
            "u8",
        ];
        assert_eq!(of_lasting_variables(&parameters(&types)), parameters(&lasting));
    }

    #[test]
    fn a_function_may_be_called_with_what_ends_and_other_texts_stay() {
        let functions = parameters(&["fn(&str) -> u8", "alloc::boxed::Box<dyn core::ops::FnMut(&str)>"]);
        assert_eq!(of_lasting_variables(&functions), functions);
        assert_eq!(of_lasting_variables("fn f(a: &str) {}\n"), "fn f(a: &str) {}\n");
    }
}
