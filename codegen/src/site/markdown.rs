//! Markdown of the catalog → HTML. Raw HTML is shown as text, links lead to web and mail addresses
//! only, pictures become links (a page loads nothing from elsewhere), and `code` that is the name of
//! something with a page leads there.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::render::At;

/// HTML of a text.
pub(super) fn html(at: &At<'_, '_>, text: &str) -> String {
    let lookup = |name: &str| at.any(name);
    convert(text, 2, &lookup)
}

/// HTML of a text that is no part of the catalog, so that no name in it means a page.
pub(super) fn plain(text: &str, deeper: usize) -> String {
    convert(text, deeper, &|_| None)
}

fn convert(text: &str, deeper: usize, lookup: &dyn Fn(&str) -> Option<String>) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut state = State::default();
    let events = Parser::new_ext(text, options);
    let events = events.flat_map(|event| safe(event, deeper, lookup, &mut state));
    let mut out = String::with_capacity(text.len() * 3 / 2);
    html::push_html(&mut out, events);
    out
}

/// Where the parser is.
#[derive(Default)]
struct State {
    /// Whether each link around is kept.
    links: Vec<bool>,
}

fn safe<'t>(
    event: Event<'t>,
    deeper: usize,
    lookup: &dyn Fn(&str) -> Option<String>,
    state: &mut State,
) -> Vec<Event<'t>> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => vec![Event::Text(raw)],
        Event::Start(Tag::HtmlBlock) => vec![Event::Start(Tag::Paragraph)],
        Event::End(TagEnd::HtmlBlock) => vec![Event::End(TagEnd::Paragraph)],
        Event::Start(Tag::Heading { level, .. }) => vec![Event::Start(Tag::Heading {
            level: lower(level, deeper),
            id: None,
            classes: Vec::new(),
            attrs: Vec::new(),
        })],
        Event::End(TagEnd::Heading(level)) => {
            vec![Event::End(TagEnd::Heading(lower(level, deeper)))]
        }
        Event::Start(Tag::CodeBlock(_)) => {
            vec![Event::Html("<pre tabindex=\"0\"><code>".into())]
        }
        Event::End(TagEnd::CodeBlock) => vec![Event::Html("</code></pre>".into())],
        Event::Start(Tag::Table(alignments)) => vec![
            Event::Html(
                "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">".into(),
            ),
            Event::Start(Tag::Table(alignments)),
        ],
        Event::End(TagEnd::Table) => vec![Event::End(TagEnd::Table), Event::Html("</div>".into())],
        Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
            open_link(&dest_url, state)
        }
        Event::End(TagEnd::Link | TagEnd::Image) => match state.links.pop() {
            Some(true) => vec![Event::Html("</a>".into())],
            _ => Vec::new(),
        },
        Event::Code(code) => vec![named_code(code, lookup, state)],
        other => vec![other],
    }
}

fn open_link<'t>(url: &str, state: &mut State) -> Vec<Event<'t>> {
    // A picture may stand inside a link; a link may not.
    let kept = is_harmless(url) && !state.links.contains(&true);
    state.links.push(kept);
    if !kept {
        return Vec::new();
    }
    let mut tag = String::from("<a class=\"out\" rel=\"noopener noreferrer\" href=\"");
    super::html::escape_to(&mut tag, url);
    tag.push_str("\">");
    vec![Event::Html(tag.into())]
}

fn named_code<'t>(
    code: CowStr<'t>,
    lookup: &dyn Fn(&str) -> Option<String>,
    state: &State,
) -> Event<'t> {
    let target = if state.links.contains(&true) {
        None
    } else {
        lookup(&code)
    };
    match target {
        None => Event::Code(code),
        Some(href) => {
            let (href, code) = (super::html::escape(&href), super::html::breakable(&code));
            Event::Html(format!("<a href=\"{href}\"><code>{code}</code></a>").into())
        }
    }
}

/// Whether a link leads to a web or mail address. Everything else (`javascript:`, `data:`, paths on
/// the disk, paths that only the catalog's author has) stays text.
fn is_harmless(url: &str) -> bool {
    let lower = url.trim().to_ascii_lowercase();
    let scheme = ["https://", "http://", "mailto:"];
    scheme.iter().any(|s| lower.starts_with(s)) && !url.chars().any(char::is_control)
}

fn lower(level: HeadingLevel, deeper: usize) -> HeadingLevel {
    HeadingLevel::try_from(level as usize + deeper).unwrap_or(HeadingLevel::H6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        convert(text, 2, &|name| {
            (name == "OrderPlaced").then(|| "../events/OrderPlaced.html".to_owned())
        })
    }

    #[test]
    fn raw_html_is_text() {
        let html = of("a <script>alert(1)</script> b\n\n<img src=x onerror=alert(1)>\n");
        assert!(
            !html.contains("<script") && !html.contains("<img"),
            "{html}"
        );
        assert!(
            html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"),
            "{html}"
        );
    }

    #[test]
    fn dangerous_links_are_text() {
        for url in [
            "javascript:alert(1)",
            "JaVaScRiPt:alert(1)",
            "data:text/html,x",
            "../up",
            "//host/x",
        ] {
            let html = of(&format!("[text]({url}) ![pic]({url})"));
            assert_eq!(html, "<p>text pic</p>\n", "{url}");
        }
        assert!(of("[t](https://a.b/?x=\"y\")").contains("href=\"https://a.b/?x=&quot;y&quot;\""));
        assert!(of("<javascript:alert(1)>").starts_with("<p>javascript:alert(1)"));
    }

    #[test]
    fn pictures_are_links() {
        let html = of("[![pic](https://a.b/c.png)](https://d.e)");
        assert!(
            !html.contains("<img") && html.matches("<a ").count() == 1,
            "{html}"
        );
    }

    #[test]
    fn names_in_code_lead_to_their_pages() {
        assert_eq!(
            of("`OrderPlaced` and `other`"),
            "<p><a href=\"../events/OrderPlaced.html\"><code>Order<wbr>Placed</code></a> and <code>other</code></p>\n"
        );
    }

    #[test]
    fn headings_go_below_those_of_the_page() {
        assert_eq!(of("# A"), "<h3>A</h3>\n");
        assert_eq!(of("###### A"), "<h6>A</h6>\n");
    }
}
