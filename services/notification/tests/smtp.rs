//! What the SMTP client makes of a server's answers.

#![cfg(feature = "smtp")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests fail by panicking"
)]

#[path = "smtp/scripted.rs"]
mod scripted;

use std::io::{Read, Write};
use std::net::TcpStream;

use herald::HandlerError;
use notification::Mailer;
use notification::mailer::{Mail, MailError};
use notification::smtp::{Smtp, SmtpError, SmtpSettings};
use scripted::{Script, Server};

fn settings(url: &str) -> SmtpSettings {
    SmtpSettings {
        smtp_url: Some(url.to_owned()),
        smtp_from: "Shop <orders@shop.example>".to_owned(),
    }
}

fn mail(id: &str) -> Mail {
    Mail {
        message_id: format!("<{id}@notification.shop.example>"),
        to: "vinet@example.com".to_owned(),
        subject: "São João".to_owned(),
        body: "Your order.\n.\nline\n".to_owned(),
    }
}

fn smtp(server: &Server) -> Smtp {
    Smtp::connect(&settings(&server.url())).unwrap()
}

#[tokio::test]
async fn what_was_sent_is_not_sent_again() {
    let server = Server::start(Script::default());
    let smtp = smtp(&server);
    for id in ["1", "1", "2"] {
        smtp.send(mail(id)).await.unwrap();
    }
    let received = server.received();
    assert_eq!(received.len(), 2);
    assert!(received[0].contains("Message-ID: <1@notification.shop.example>"));
}

#[tokio::test]
async fn a_later_refusal_uses_an_attempt_and_a_final_one_is_a_dead_letter() {
    for (answer, kind) in [("451 later", "transient"), ("550 never", "rejected")] {
        let script = Script {
            recipient: answer,
            ..Script::default()
        };
        let server = Server::start(script);
        let error = smtp(&server).send(mail("1")).await.unwrap_err();
        let handler = HandlerError::from(error.clone());
        if kind == "transient" {
            assert!(matches!(error, MailError::Deferred(_)), "{error}");
            assert!(matches!(handler, HandlerError::Transient(_)));
        } else {
            assert!(matches!(error, MailError::Refused(_)), "{error}");
            assert!(matches!(handler, HandlerError::Rejected(_)));
        }
        assert!(server.received().is_empty());
    }
}

#[tokio::test]
async fn a_refused_mail_is_tried_again_by_the_same_client() {
    let script = Script {
        recipient: "451 later",
        ..Script::default()
    };
    let server = Server::start(script);
    let smtp = smtp(&server);
    smtp.send(mail("1")).await.unwrap_err();
    server.change(Script::default());
    smtp.send(mail("1")).await.unwrap();
    assert_eq!(server.received().len(), 1);
}

#[tokio::test]
async fn a_server_that_takes_nobody_is_unreachable() {
    let greeting = |greeting| Script {
        greeting,
        ..Script::default()
    };
    let closing = Script {
        recipient: "421 closing",
        ..Script::default()
    };
    let scripts = [
        greeting("421 busy"),
        greeting("450 busy"),
        greeting("554 no service"),
        closing,
    ];
    for script in scripts {
        let server = Server::start(script);
        let error = smtp(&server).send(mail("1")).await.unwrap_err();
        assert!(matches!(error, MailError::Unreachable(_)), "{error}");
        let handler = HandlerError::from(error);
        assert!(matches!(handler, HandlerError::Unavailable { .. }));
    }
    let nobody = Smtp::connect(&settings("smtp://127.0.0.1:1")).unwrap();
    let error = nobody.send(mail("1")).await.unwrap_err();
    assert!(matches!(error, MailError::Unreachable(_)), "{error}");
}

#[tokio::test]
async fn an_address_that_is_none_is_refused() {
    let server = Server::start(Script::default());
    let mail = Mail {
        to: "nobody".to_owned(),
        ..mail("1")
    };
    let error = smtp(&server).send(mail).await.unwrap_err();
    assert!(matches!(error, MailError::Refused(_)), "{error}");
}

#[tokio::test]
async fn wrong_settings_show_at_start_and_secrets_never() {
    let none = SmtpSettings {
        smtp_url: None,
        ..settings("")
    };
    assert_eq!(Smtp::connect(&none).err(), Some(SmtpError::NoUrl));
    let wrong = settings("http://shop:s3cret@host");
    let error = Smtp::connect(&wrong).err().unwrap();
    assert!(!format!("{error} {wrong:?}").contains("s3cret"));
    let sender = SmtpSettings {
        smtp_from: "nobody".to_owned(),
        ..settings("smtp://host")
    };
    let error = Smtp::connect(&sender).err();
    assert_eq!(error, Some(SmtpError::From("nobody".to_owned())));
}

/// A real server keeps the mail as it was written.
#[tokio::test]
#[ignore = "needs the real servers"]
async fn a_mail_arrives_with_its_message_id() {
    let url = std::env::var("HERALD_TEST_SMTP")
        .expect("set HERALD_TEST_SMTP to smtp://host:port of a Mailpit for tests");
    let api = std::env::var("HERALD_TEST_MAILPIT")
        .expect("set HERALD_TEST_MAILPIT to the http:// URL of Mailpit's API");
    let id = uuid::Uuid::new_v4().to_string();
    let smtp = Smtp::connect(&settings(&url)).unwrap();
    for _ in 0..2 {
        smtp.send(mail(&id)).await.unwrap();
    }
    let found = get(
        &api,
        &format!("/api/v1/search?query=message-id:{id}@notification.shop.example"),
    );
    assert_eq!(found.matches(&id).count(), 1, "{found}");
    assert!(found.contains("São João"), "{found}");
    assert!(found.contains("vinet@example.com"), "{found}");
}

fn get(api: &str, path: &str) -> String {
    let host = api.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET {path} HTTP/1.0\r\nHost: {host}\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}
