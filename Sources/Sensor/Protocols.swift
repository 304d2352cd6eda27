/// Every protocol that the sensor reads, in the order in which octets on an unknown port are shown
/// to them: those that are surest to recognise their own come first.
enum Protocols {
  static let all: [any Exchange.Type] = [
    KerberosExchange.self,
    PasswordExchange.self,
    HTTPExchange.self,
    TDSExchange.self,
    SMBExchange.self,
    RPCExchange.self,
    RPCDatagramExchange.self,
    LDAPExchange.self,
    NameServiceExchange.self,
    DNSExchange.self,
    NTPExchange.self,
    DHCPExchange.self,
    RADIUSExchange.self,
  ]
}
