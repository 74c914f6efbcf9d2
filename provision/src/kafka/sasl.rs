//! Logging in: the messages of PLAIN (RFC 4616) and SCRAM (RFC 5802, RFC 7677). No I/O.

use std::num::NonZeroU32;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::{
    digest, hmac, pbkdf2,
    rand::{SecureRandom, SystemRandom},
};

use crate::http::Login;

/// What a server may ask for; more would only keep this side busy.
const MOST_ROUNDS: u32 = 1_000_000;

/// The hash of a SCRAM mechanism.
struct Hash {
    hmac: hmac::Algorithm,
    pbkdf2: pbkdf2::Algorithm,
    digest: &'static digest::Algorithm,
}

/// A way to log in.
pub(super) enum Mechanism {
    /// User and password as they are.
    Plain,
    /// A proof that the password is known.
    Scram(Scram),
}

/// Half a conversation: the password never leaves this side.
pub(super) struct Scram {
    hash: Hash,
    nonce: String,
}

impl Mechanism {
    /// The mechanism of a name, if it is one of these.
    pub(super) fn named(name: &str) -> Option<Self> {
        let hash = match name {
            "PLAIN" => return Some(Self::Plain),
            "SCRAM-SHA-256" => Hash {
                hmac: hmac::HMAC_SHA256,
                pbkdf2: pbkdf2::PBKDF2_HMAC_SHA256,
                digest: &digest::SHA256,
            },
            "SCRAM-SHA-512" => Hash {
                hmac: hmac::HMAC_SHA512,
                pbkdf2: pbkdf2::PBKDF2_HMAC_SHA512,
                digest: &digest::SHA512,
            },
            _ => return None,
        };
        let mut random = [0; 24];
        SystemRandom::new().fill(&mut random).ok()?;
        let nonce = STANDARD.encode(random);
        Some(Self::Scram(Scram { hash, nonce }))
    }
}

/// PLAIN's only message.
pub(super) fn plain(login: &Login) -> Vec<u8> {
    format!("\0{}\0{}", login.user, login.password).into_bytes()
}

impl Scram {
    /// The first message.
    pub(super) fn first(&self, login: &Login) -> String {
        format!("n,,{}", self.bare(login))
    }

    fn bare(&self, login: &Login) -> String {
        let user = login.user.replace('=', "=3D").replace(',', "=2C");
        format!("n={user},r={}", self.nonce)
    }

    /// The second message, and what the server must answer to it.
    pub(super) fn second(&self, login: &Login, said: &str) -> Result<(String, String), String> {
        let odd = || "the server's answer is not SCRAM".to_owned();
        let part = |key: &str| {
            let mut parts = said.split(',');
            parts
                .find_map(|part| part.strip_prefix(key))
                .ok_or_else(odd)
        };
        let nonce = part("r=")?;
        let salt = STANDARD.decode(part("s=")?).map_err(|_| odd())?;
        let rounds: NonZeroU32 = part("i=")?.parse().map_err(|_| odd())?;
        if !nonce.starts_with(&self.nonce) || rounds.get() > MOST_ROUNDS {
            return Err(odd());
        }
        let mut salted = vec![0; self.hash.digest.output_len()];
        let password = login.password.as_bytes();
        pbkdf2::derive(self.hash.pbkdf2, rounds, &salt, password, &mut salted);
        let without_proof = format!("c=biws,r={nonce}");
        let all = format!("{},{said},{without_proof}", self.bare(login));
        let key = self.sign(&salted, b"Client Key");
        let stored = digest::digest(self.hash.digest, key.as_ref());
        let signature = self.sign(stored.as_ref(), all.as_bytes());
        let pairs = key.as_ref().iter().zip(signature.as_ref());
        let proof: Vec<u8> = pairs.map(|(key, signature)| key ^ signature).collect();
        let server = self.sign(&salted, b"Server Key");
        let answer = self.sign(server.as_ref(), all.as_bytes());
        Ok((
            format!("{without_proof},p={}", STANDARD.encode(proof)),
            format!("v={}", STANDARD.encode(answer)),
        ))
    }

    fn sign(&self, key: &[u8], what: &[u8]) -> hmac::Tag {
        hmac::sign(&hmac::Key::new(self.hash.hmac, key), what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn login(user: &str) -> Login {
        Login {
            user: user.to_owned(),
            password: "pencil".to_owned(),
        }
    }

    fn scram(nonce: &str) -> Scram {
        let Some(Mechanism::Scram(scram)) = Mechanism::named("SCRAM-SHA-256") else {
            panic!("it is SCRAM");
        };
        Scram {
            nonce: nonce.to_owned(),
            ..scram
        }
    }

    /// RFC 7677, section 3.
    #[test]
    fn the_conversation_of_the_specification() {
        let (login, scram) = (login("user"), scram("rOprNGfwEbeRWgbNEkqO"));
        assert_eq!(scram.first(&login), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        let said = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
                    s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        let (second, answer) = scram.second(&login, said).unwrap();
        assert_eq!(
            second,
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,\
             p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert_eq!(answer, "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    #[test]
    fn a_server_that_speaks_otherwise_is_not_answered() {
        let (login, scram) = (login("user"), scram("mine"));
        let answers = [
            "",
            "r=mine1,s=QQ==",
            "r=mine1,s=*,i=4096",
            "r=mine1,s=QQ==,i=0",
            "r=mine1,s=QQ==,i=99999999",
            "r=theirs,s=QQ==,i=4096",
        ];
        for said in answers {
            assert!(scram.second(&login, said).is_err(), "{said}");
        }
    }

    #[test]
    fn names_are_escaped_and_mechanisms_known() {
        let first = scram("x").first(&login("a=b,c"));
        assert_eq!(first, "n,,n=a=3Db=2Cc,r=x");
        assert!(Mechanism::named("GSSAPI").is_none());
        assert_eq!(plain(&login("u")), b"\0u\0pencil");
    }
}
