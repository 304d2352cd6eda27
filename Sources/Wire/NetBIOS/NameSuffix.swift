extension NameService.Name {
  /// What the name is used for, by its suffix (Microsoft's list of NetBIOS suffixes, KB 163409);
  /// `Unknown` for a suffix that is not in it.
  public var use: StaticString {
    switch suffix {
    case 0x00, 0x02: "Workstation/Redirector"
    case 0x01: "Browser"
    case 0x03: "Messenger service/Main name"
    case 0x05: "Forwarded name"
    case 0x06: "RAS Server service"
    case 0x1B: "Domain Master Browser"
    case 0x1C: "Domain Controllers"
    case 0x1D: "Local Master Browser"
    case 0x1E: "Browser Election Service"
    case 0x1F: "Net DDE Service"
    case 0x20: "Server service"
    case 0x21: "RAS client service"
    case 0x22: "Exchange Interchange (MSMail Connector)"
    case 0x23: "Exchange Store"
    case 0x24: "Exchange Directory"
    case 0x2B: "Lotus Notes Server service"
    case 0x30: "Modem sharing server service"
    case 0x31: "Modem sharing client service"
    case 0x43: "SMS Clients Remote Control"
    case 0x44: "SMS Administrators Remote Control Tool"
    case 0x45: "SMS Clients Remote Chat"
    case 0x46: "SMS Clients Remote Transfer"
    case 0x4C, 0x52: "DEC Pathworks TCP/IP Service on Windows NT"
    case 0x6A: "Microsoft Exchange IMC"
    case 0x87: "Microsoft Exchange MTA"
    case 0xBE: "Network Monitor Agent"
    case 0xBF: "Network Monitor Analyzer"
    default: "Unknown"
    }
  }
}
