//! Certificates of the servers' TLS listeners, by an authority of this stack's own.

use std::fs;
use std::path::PathBuf;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

use crate::{Error, Home, home};

/// Names under which the servers are reached.
const NAMES: [&str; 2] = ["localhost", "127.0.0.1"];

/// Where the files are, all PEM.
pub(crate) struct Certificates {
    /// The authority's certificate: what clients trust.
    pub(crate) authority: PathBuf,
    /// The servers' certificate.
    pub(crate) server: PathBuf,
    /// Its private key.
    pub(crate) key: PathBuf,
    /// Key and certificate in one file, as Kafka has them.
    pub(crate) both: PathBuf,
}

/// The authority's certificate of a stack, whether it was made yet or not.
pub(crate) fn authority(home: &Home) -> PathBuf {
    home.conf("tls").join("authority.pem")
}

/// The certificates of a stack; made once, valid as long as the stack lives.
pub(crate) fn of(home: &Home) -> Result<Certificates, Error> {
    let folder = home.conf("tls");
    if !folder.exists() {
        make(home)?;
    }
    Ok(Certificates {
        authority: authority(home),
        server: folder.join("server.pem"),
        key: folder.join("server.key"),
        both: folder.join("server-with-key.pem"),
    })
}

fn make(home: &Home) -> Result<(), Error> {
    let draft = home.conf(&format!("tls-{:?}", std::thread::current().id()));
    let (authority, server, key) = pair()?;
    home::write(&draft.join("authority.pem"), &authority)?;
    home::write(&draft.join("server.pem"), &server)?;
    home::write(&draft.join("server.key"), &key)?;
    home::write(
        &draft.join("server-with-key.pem"),
        &format!("{key}{server}"),
    )?;
    let folder = home.conf("tls");
    // Of several servers that start at once the first one wins.
    match fs::rename(&draft, &folder) {
        Err(error) if !folder.exists() => Err(Error::io("create", folder)(error)),
        Err(_) => fs::remove_dir_all(&draft).map_err(Error::io("remove", draft)),
        Ok(()) => Ok(()),
    }
}

/// An authority's certificate; a server's by it, and its key.
fn pair() -> Result<(String, String, String), rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let name = &mut params.distinguished_name;
    name.push(DnType::CommonName, "authority of a stack on this machine");
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let mut params = CertificateParams::new(NAMES.map(str::to_owned))?;
    let name = &mut params.distinguished_name;
    name.push(DnType::CommonName, "server of a stack on this machine");
    params.use_authority_key_identifier_extension = true;
    let server = params.signed_by(&key, &authority)?;
    Ok((authority.pem(), server.pem(), key.serialize_pem()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_made_once() {
        let folder = std::env::temp_dir().join(format!("herald-tls-{}", std::process::id()));
        let home = Home::at(&folder).unwrap();
        let read = || {
            let made = of(&home).unwrap();
            let all = [made.authority, made.server, made.key, made.both];
            all.map(|path| fs::read_to_string(path).unwrap())
        };
        let [authority, server, key, both] = read();
        assert!(authority.contains("BEGIN CERTIFICATE") && key.contains("BEGIN PRIVATE KEY"));
        assert_eq!(both, format!("{key}{server}"));
        assert_eq!(read(), [authority, server, key, both]);
        fs::remove_dir_all(folder).unwrap();
    }
}
