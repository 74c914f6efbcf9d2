//! Tokens → text through syn and prettyplease, for small items whose layout is not worth spelling
//! out. prettyplease leaves no empty line between items, so it formats one at a time.

use proc_macro2::TokenStream;

use super::{EmitError, code::Code};

/// Writes an item, with an empty line before it unless it is the first.
pub(super) fn item(code: &mut Code, tokens: TokenStream) -> Result<(), EmitError> {
    let item: syn::Item = syn::parse2(tokens)?;
    let file = syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: vec![item],
    };
    if !code.is_empty() {
        code.blank();
    }
    let mut before = String::new();
    for line in prettyplease::unparse(&file).lines() {
        // An empty line between functions, as a person leaves.
        let begins = line.starts_with("    fn ") || line.starts_with("    async fn ");
        if begins && !before.is_empty() && !before.ends_with('{') && !before.ends_with(']') {
            code.blank();
        }
        code.line(line);
        line.clone_into(&mut before);
    }
    Ok(())
}

/// A path in tokens.
pub(super) fn path(path: &str) -> Result<syn::Path, EmitError> {
    Ok(syn::parse_str(path)?)
}
