//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use super::{Refusal, Shared};

/// The network address that counts: the peer's own, or what a trusted proxy says it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl Peer {
    /// What counters take it by: an IPv6 network of 64 bits is one household.
    pub fn tally_key(self) -> Vec<u8> {
        match self.0.to_canonical() {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => address.octets()[..8].to_vec(),
        }
    }
}

impl std::fmt::Display for Peer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.to_canonical().fmt(formatter)
    }
}

impl FromRequestParts<Shared> for Peer {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, center: &Shared) -> Result<Self, Refusal> {
        let ConnectInfo(socket) =
            ConnectInfo::<SocketAddr>::from_request_parts(parts, center).await.map_err(Refusal::internal)?;
        let forwarded: Vec<&str> =
            parts.headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).collect();
        Ok(Self(original(socket.ip(), &forwarded.join(","), &center.config.server.trusted_proxies)))
    }
}

/// The nearest address that is no trusted proxy: what stands left of it was written by strangers.
fn original(peer: IpAddr, forwarded: &str, trusted: &[String]) -> IpAddr {
    let mut address = peer.to_canonical();
    for hop in forwarded.rsplit(',').map(str::trim).filter(|hop| !hop.is_empty()) {
        if !trusted.iter().any(|network| is_in(address, network)) {
            break;
        }
        let Ok(next) = hop.parse::<IpAddr>() else { break };
        address = next.to_canonical();
    }
    address
}

/// Whether an address lies in `10.0.0.0/8`, `fd00::/8`, or is the one address named.
fn is_in(address: IpAddr, network: &str) -> bool {
    let (base, bits) =
        network.split_once('/').map_or((network, None), |(base, bits)| (base, bits.parse::<u32>().ok()));
    let Ok(base) = base.trim().parse::<IpAddr>() else { return false };
    let same = |left: u128, right: u128, width: u32| {
        let bits = if network.contains('/') { bits.unwrap_or(width) } else { width }.min(width);
        bits == 0 || (left ^ right) >> (width - bits) == 0
    };
    match (address, base.to_canonical()) {
        (IpAddr::V4(left), IpAddr::V4(right)) => same(left.to_bits().into(), right.to_bits().into(), 32),
        (IpAddr::V6(left), IpAddr::V6(right)) => same(left.to_bits(), right.to_bits(), 128),
        _ => false,
    }
}

/// Whether a text of the configuration is an address or a network at all.
pub(crate) fn is_network(text: &str) -> bool {
    let (base, bits) = text.split_once('/').map_or((text, None), |(base, bits)| (base, Some(bits)));
    let Ok(base) = base.parse::<IpAddr>() else { return false };
    let width = if base.is_ipv4() { 32 } else { 128 };
    bits.is_none_or(|bits| bits.parse::<u32>().is_ok_and(|bits| bits <= width))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trusted_proxy_is_believed_and_only_about_the_next_hop() {
        let trusted = vec!["10.0.0.0/8".to_owned(), "::1".to_owned()];
        let at =
            |peer: &str, forwarded: &str| original(peer.parse().unwrap(), forwarded, &trusted).to_string();
        assert_eq!(at("203.0.113.9", "198.51.100.1"), "203.0.113.9");
        assert_eq!(at("10.1.2.3", "198.51.100.1"), "198.51.100.1");
        assert_eq!(at("10.1.2.3", "1.1.1.1, 198.51.100.1, 10.9.9.9"), "198.51.100.1");
        assert_eq!(at("::ffff:10.1.2.3", "198.51.100.1"), "198.51.100.1");
        assert_eq!(at("::1", "2001:db8::1"), "2001:db8::1");
        assert_eq!(at("10.1.2.3", "nonsense"), "10.1.2.3");
        assert_eq!(at("10.1.2.3", ""), "10.1.2.3");
    }
}
