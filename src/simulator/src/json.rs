//! A JSON reader that keeps where everything stands and tells repeated keys, which IAM refuses and nobody means.

/// A value and where it stands, in bytes of the text.
#[derive(Debug)]
pub(crate) struct Node {
    /// What it is.
    pub(crate) value: Value,
    /// Just after the token before it.
    pub(crate) after: usize,
    /// Its first byte.
    pub(crate) start: usize,
    /// Just after its last byte.
    pub(crate) end: usize,
}

/// A JSON value.
#[derive(Debug)]
pub(crate) enum Value {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as it is written.
    Number(String),
    /// A string, its escapes resolved.
    Text(String),
    /// An array.
    List(Vec<Node>),
    /// An object, its members in order.
    Map(Vec<Member>),
}

/// A member of an object.
#[derive(Debug)]
pub(crate) struct Member {
    /// Its name.
    pub(crate) name: String,
    /// The first byte of its name.
    pub(crate) at: usize,
    /// Its value.
    pub(crate) node: Node,
}

/// The place at which a text stops being JSON.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct NotJson {
    /// The byte.
    pub(crate) at: usize,
    /// Whether it may well be JSON, nested deeper than is read here.
    pub(crate) too_deep: bool,
}

/// A text that was read.
#[derive(Debug)]
pub(crate) struct Read {
    /// The one value of the text.
    pub(crate) root: Node,
    /// Members whose name stood already in the same object: the name and its place.
    pub(crate) repeated: Vec<(String, usize)>,
}

/// How deep values may nest; a policy needs six levels, no document of AWS twice as many.
const DEEPEST: usize = 32;

/// Reads a text that is one JSON value.
pub(crate) fn read(text: &str) -> Result<Read, NotJson> {
    let mut reader = Reader {
        text,
        at: 0,
        repeated: Vec::new(),
    };
    let root = reader.node(0)?;
    reader.skip_space();
    if reader.at < text.len() {
        return reader.fail();
    }
    Ok(Read {
        root,
        repeated: reader.repeated,
    })
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    repeated: Vec<(String, usize)>,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn fail<T>(&self) -> Result<T, NotJson> {
        Err(NotJson {
            at: self.at,
            too_deep: false,
        })
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Takes a byte if it comes next, after white space.
    fn take(&mut self, byte: u8) -> bool {
        self.skip_space();
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, byte: u8) -> Result<(), NotJson> {
        if self.take(byte) { Ok(()) } else { self.fail() }
    }

    fn node(&mut self, depth: usize) -> Result<Node, NotJson> {
        let after = self.at;
        self.skip_space();
        let start = self.at;
        if depth > DEEPEST {
            return Err(NotJson {
                at: start,
                too_deep: true,
            });
        }
        let value = match self.peek() {
            Some(b'{') => self.map(depth)?,
            Some(b'[') => self.list(depth)?,
            Some(b'"') => Value::Text(self.string()?),
            Some(b'-' | b'0'..=b'9') => Value::Number(self.number()?),
            Some(b't') => self.word("true", Value::Bool(true))?,
            Some(b'f') => self.word("false", Value::Bool(false))?,
            Some(b'n') => self.word("null", Value::Null)?,
            _ => return self.fail(),
        };
        Ok(Node {
            value,
            after,
            start,
            end: self.at,
        })
    }

    fn word(&mut self, word: &str, value: Value) -> Result<Value, NotJson> {
        if !self.text[self.at..].starts_with(word) {
            return self.fail();
        }
        self.at += word.len();
        Ok(value)
    }

    fn list(&mut self, depth: usize) -> Result<Value, NotJson> {
        self.at += 1;
        let mut items = Vec::new();
        // What separates two items belongs to none of them: `after` is counted from right behind the comma.
        let mut after = self.at;
        if self.take(b']') {
            return Ok(Value::List(items));
        }
        loop {
            self.skip_space();
            let mut item = self.node(depth + 1)?;
            item.after = after;
            items.push(item);
            if self.take(b']') {
                return Ok(Value::List(items));
            }
            self.expect(b',')?;
            after = self.at;
        }
    }

    fn map(&mut self, depth: usize) -> Result<Value, NotJson> {
        self.at += 1;
        let mut members: Vec<Member> = Vec::new();
        if self.take(b'}') {
            return Ok(Value::Map(members));
        }
        loop {
            let member = self.member(depth)?;
            if members.iter().any(|other| other.name == member.name) {
                self.repeated.push((member.name.clone(), member.at));
            }
            members.push(member);
            if self.take(b'}') {
                return Ok(Value::Map(members));
            }
            self.expect(b',')?;
        }
    }

    fn member(&mut self, depth: usize) -> Result<Member, NotJson> {
        self.skip_space();
        let at = self.at;
        if self.peek() != Some(b'"') {
            return self.fail();
        }
        let name = self.string()?;
        self.expect(b':')?;
        let node = self.node(depth + 1)?;
        Ok(Member { name, at, node })
    }

    fn string(&mut self) -> Result<String, NotJson> {
        self.at += 1;
        let mut out = String::new();
        loop {
            let rest = &self.text[self.at..];
            let plain = rest.find(['"', '\\']).unwrap_or(rest.len());
            if let Some(control) = rest[..plain].bytes().position(|byte| byte < 0x20) {
                self.at += control;
                return self.fail();
            }
            out.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => break,
                Some(_) => out.push(self.escape()?),
                None => return self.fail(),
            }
        }
        self.at += 1;
        Ok(out)
    }

    fn escape(&mut self) -> Result<char, NotJson> {
        self.at += 1;
        let Some(byte) = self.peek() else {
            return self.fail();
        };
        let plain = match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode(),
            _ => return self.fail(),
        };
        self.at += 1;
        Ok(plain)
    }

    /// A character written as one or, beyond the basic plane, two `\uXXXX`.
    fn unicode(&mut self) -> Result<char, NotJson> {
        let high = self.hexadecimal()?;
        if !(0xD800..0xE000).contains(&high) {
            return char::from_u32(high).map_or_else(|| self.fail(), Ok);
        }
        if high >= 0xDC00 || !self.text[self.at..].starts_with("\\u") {
            return self.fail();
        }
        self.at += 1;
        let low = self.hexadecimal()?;
        if !(0xDC00..0xE000).contains(&low) {
            return self.fail();
        }
        let code = 0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00);
        char::from_u32(code).map_or_else(|| self.fail(), Ok)
    }

    /// The four digits after the `u` that comes next.
    fn hexadecimal(&mut self) -> Result<u32, NotJson> {
        self.at += 1;
        let digits = self.text.get(self.at..self.at + 4);
        let digits = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let Some(code) = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) else {
            return self.fail();
        };
        self.at += 4;
        Ok(code)
    }

    fn number(&mut self) -> Result<String, NotJson> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        let whole = self.at;
        self.digits()?;
        if self.text.as_bytes()[whole] == b'0' && self.at > whole + 1 {
            return self.fail();
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            self.digits()?;
        }
        Ok(self.text[start..self.at].to_owned())
    }

    fn digits(&mut self) -> Result<(), NotJson> {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        if self.at == start { self.fail() } else { Ok(()) }
    }
}
