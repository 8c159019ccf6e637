//! How a thing in a cell is shown to evcxr, which explains only what stands at the end of a piece of code.

use std::ops::Range;

use ra_ap_rustc_lexer::TokenKind;

use super::place::{Token, is_word, tokens};

/// Pieces of code that end with the name in `word`, the likeliest to be understood first.
pub(super) fn questions(source: &str, word: &Range<usize>) -> Vec<String> {
    let tokens = tokens(source);
    let Some(at) = tokens.iter().position(|token| token.range == *word) else {
        return Vec::new();
    };
    if let Some(question) = binding(source, &tokens, at) {
        return vec![question];
    }
    let name = &source[word.clone()];
    let mut asked = Vec::new();
    for at in std::iter::once(at).chain(next_use(source, &tokens, at, name)) {
        let call = opens_a_call(&tokens, at);
        let whole = &source[..tokens[at].range.end];
        if let Some((statement, from)) = argument(&tokens, at) {
            asked.push(format!("{};{}{call}", &source[..statement], &whole[from..]));
        }
        asked.push(format!("{whole}{call}"));
    }
    asked.dedup();
    asked
}

/// A method is understood only with the bracket that calls it.
fn opens_a_call(tokens: &[Token], at: usize) -> &'static str {
    let next = |by: usize| tokens.get(at + by).map(|token| token.kind);
    let is_method = at > 0 && tokens[at - 1].kind == TokenKind::Dot;
    match next(1) {
        Some(TokenKind::OpenParen) => "(",
        // A turbofish, as in `collect::<Vec<_>>()`.
        Some(TokenKind::Colon) if is_method && next(3) == Some(TokenKind::Lt) => "(",
        _ => "",
    }
}

/// A variable where it is declared has no type before the end of its statement: it is asked for after that.
fn binding(source: &str, tokens: &[Token], at: usize) -> Option<String> {
    let pattern = tokens[..at].iter().rev().take_while(|token| {
        is_word(token.kind)
            || matches!(
                token.kind,
                TokenKind::OpenParen | TokenKind::CloseParen | TokenKind::Comma | TokenKind::And
            )
    });
    let opening = pattern
        .take_while(|token| !matches!(&source[token.range.clone()], "if" | "while"))
        .find(|token| &source[token.range.clone()] == "let")?;
    let after = tokens.get(at + 1).map(|token| token.kind);
    if tokens[at].range == opening.range || matches!(after, Some(TokenKind::OpenParen | TokenKind::OpenBrace))
    {
        return None;
    }
    let end = end_of_statement(tokens, at).map_or(source.len(), |end| tokens[end].range.start);
    let name = &source[tokens[at].range.clone()];
    Some(format!("{};\n{name}", &source[..end]))
}

/// The semicolon that ends the statement of the token `at`.
fn end_of_statement(tokens: &[Token], at: usize) -> Option<usize> {
    let mut depth = 0_i32;
    (at..tokens.len()).find(|place| {
        depth += depth_change(tokens[*place].kind);
        depth <= 0 && tokens[*place].kind == TokenKind::Semi
    })
}

fn depth_change(kind: TokenKind) -> i32 {
    match kind {
        TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace => 1,
        TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => -1,
        _ => 0,
    }
}

/// Where the statement around the token begins, and where the argument that it is in does: `f(a, b.c` is asked for as
/// `b.c`, since an open bracket, and above all a macro's, hides what is in it. A closure keeps its own: its arguments
/// have their types from there.
fn argument(tokens: &[Token], at: usize) -> Option<(usize, usize)> {
    let mut closed = 0_usize;
    let (mut from, mut comma, mut closure) = (None, None, false);
    for token in tokens[..at].iter().rev() {
        let end = token.range.end;
        match token.kind {
            TokenKind::CloseBrace if closed == 0 && from.is_some() => return from.map(|from| (end, from)),
            TokenKind::CloseParen | TokenKind::CloseBracket | TokenKind::CloseBrace => closed += 1,
            TokenKind::OpenParen | TokenKind::OpenBracket | TokenKind::OpenBrace if closed > 0 => closed -= 1,
            _ if closed > 0 => {}
            TokenKind::OpenParen | TokenKind::OpenBracket if closure => closure = false,
            TokenKind::OpenParen | TokenKind::OpenBracket => from = from.or(comma).or(Some(end)),
            TokenKind::Or => (from, comma, closure) = (None, None, true),
            TokenKind::Comma => comma = comma.or(Some(end)),
            TokenKind::Semi | TokenKind::OpenBrace => return from.map(|from| (end, from)),
            _ => {}
        }
    }
    from.map(|from| (0, from))
}

/// Where the name is used next: an argument of a function or of a closure has its type only there.
fn next_use(source: &str, tokens: &[Token], at: usize, name: &str) -> Option<usize> {
    let is_member = at > 0 && tokens[at - 1].kind == TokenKind::Dot;
    let mut later = (at + 1..tokens.len()).filter(|place| is_word(tokens[*place].kind));
    later
        .find(|place| {
            &source[tokens[*place].range.clone()] == name && tokens[*place - 1].kind != TokenKind::Dot
        })
        .filter(|_| !is_member)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may fail so")]
mod tests {
    use super::questions;

    fn first(text: &str) -> String {
        // A closure has bars of its own: the last one is the place.
        let at = text.rfind('|').unwrap();
        let source = format!("{}{}", &text[..at], &text[at + 1..]);
        let word = super::super::place::named(&source, at).unwrap();
        questions(&source, &word).remove(0)
    }

    #[test]
    fn a_method_is_asked_for_with_the_bracket_that_calls_it() {
        assert_eq!(first("été.cli|ent.list()"), "été.client");
        assert_eq!(first("client.li|st().send()"), "client.list(");
        assert_eq!(first("v.coll|ect::<Vec<_>>()"), "v.collect(");
        assert_eq!(first("let a = String::ne|w();"), "let a = String::new(");
    }

    #[test]
    fn a_variable_is_asked_for_after_the_statement_that_declares_it() {
        assert_eq!(first("let x|s = f(1;2); g()"), "let xs = f(1;2);\nxs");
        assert_eq!(first("let (a, mut b|) = c; d"), "let (a, mut b) = c;\nb");
        assert_eq!(first("let été| = 1"), "let été = 1;\nété");
        assert_eq!(first("let x: Vec|<u8> = y;"), "let x: Vec");
    }

    #[test]
    fn what_is_inside_a_call_or_a_macro_is_asked_for_without_it() {
        assert_eq!(first("a(); println!(\"{}\", v.le|n())"), "a();; v.len(");
        assert_eq!(first("f(g(1), client.li|st())"), "; client.list(");
        assert_eq!(first("if x { f(y.z|) }"), "if x {;y.z");
        assert_eq!(first("fn f() {} p!(f|())"), "fn f() {};f(");
    }

    #[test]
    fn what_is_inside_no_call_or_a_closure_is_asked_for_with_all_that_is_before() {
        assert_eq!(first("if x { y.z|() }"), "if x { y.z(");
        assert_eq!(first("f(1).g(2).h|(3)"), "f(1).g(2).h(");
        assert_eq!(first("v.map(|x, y| y|.z())").as_str(), "v.map(|x, y| y");
        assert_eq!(
            first("p!(\"\", v.map(|x| g(x.y|())))").as_str(),
            "; v.map(|x| g(x.y("
        );
    }
}
