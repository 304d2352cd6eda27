/// Messages as the test captures of Zeek and Arkime have them.
enum SecuritySamples {
  /// AS-REQ with PA-ENC-TIMESTAMP, of MIT Kerberos, its ciphertext blanked (arkime `krb5-udp.pcap`).
  static let asRequest = octets(
    """
    6a81f83081f5a103020105a20302010aa35c305a304ca103020102a24504433041a003020112a23a0438ffffff
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
    ffffffffffffffff300aa10402020095a2020400a4818a308187a00703050040000000a1163014a003020101a1
    0d300b1b09787878787878787824a2121b1078782e7878782e78787878782e4e4554a3253023a003020102a11c
    301a1b066b72627467741b1078782e7878782e78787878782e4e4554a511180f32303136303631383232313431
    355aa70602042c2cf0b0a80e300c020112020111020110020117
    """)

  /// KRB-ERROR 25 with METHOD-DATA, of an MIT controller (zeek `krb/kinit.pcap`, packet 139).
  static let preauthRequired = octets(
    """
    7e820200308201fca003020105a10302011ea211180f31393930303831313134323431375aa411180f32303135
    303131393232353430395aa505020305190ba603020119a70b1b09564c4144472e4e4554a82e302ca003020101
    a12530231b2172657175697265735f707265617574685f636c69656e745f7072696e636970616ca90b1b09564c
    4144472e4e4554aa1e301ca003020102a11530131b066b72627467741b09564c4144472e4e4554ab101b0e4e45
    454445445f50524541555448ac8201400482013c30820138300aa10402020088a20204003081e2a103020113a2
    81da0481d73081d43033a003020112a12c1b2a564c4144472e4e455472657175697265735f707265617574685f
    636c69656e745f7072696e636970616c3033a003020111a12c1b2a564c4144472e4e455472657175697265735f
    707265617574685f636c69656e745f7072696e636970616c3033a003020110a12c1b2a564c4144472e4e455472
    657175697265735f707265617574685f636c69656e745f7072696e636970616c3033a003020117a12c1b2a564c
    4144472e4e455472657175697265735f707265617574685f636c69656e745f7072696e636970616c3009a10302
    0110a20204003009a10302010ea20204003009a10302010fa2020400300aa10402020093a20204003009a10302
    0102a2020400300da10402020085a20504034d4954
    """)

  /// AS-REP of the same controller (zeek `krb/kinit.pcap`, packet 2).
  static let asReply = octets(
    """
    6b8202e4308202e0a003020105a10302010ba23930373035a103020113a22e042c302a3028a003020112a1211b
    1f564c4144472e4e455476616c69645f636c69656e745f7072696e636970616ca30b1b09564c4144472e4e4554
    a4233021a003020101a11a30181b1676616c69645f636c69656e745f7072696e636970616ca582014c61820148
    30820144a003020105a10b1b09564c4144472e4e4554a21e301ca003020102a11530131b066b72627467741b09
    564c4144472e4e4554a382010e3082010aa003020112a103020101a281fd0481fa26667361d36058bc249e02eb
    4ed72c44f0fc0143a21430e9b70de84a8e341f19ef4a908bb57023d29c792d15a719f74d036ea40fed6975e45f
    7ead1d02886e0924edd3b97e885951f8866a2d236d19de29860b5c263cd4ed1908e7ea8e8a0cb67175dc8593a3
    c16cea980380ebd5f03f0d4b3e0c4abf546a59d903e32b8e5ffc7b766afd30f7f9998d25cf7b1ebee03afc8e85
    4a296f373a5e9447a34bf37a8c7c26bb466ef79ecfb0db9b9ec7afd3116c67c06e1b9a43059d67a520e466bea5
    511a8e96ae535c45cecc9cffd28d004fd7f0dad4b6502ab379bf6f52f729cd379d86a59d2404c175335674fdb8
    00e817a074b83f962136f709d1a682011530820111a003020112a282010804820104c0e9bc01959d9e9f9fee59
    934fb4f12d57fb1890bb0d86a8d3c3c88ffa8a953abd0a0a0c1e3cf36762e8af14c64fca04254c932ba04326cb
    c9e7e01363b6eea0bfc1145d032b04dc1322994fbbcef460186f53960819a0d37f0507e49a36a44b8a655dc702
    2c6bab760741247681ba833f07aa0a8589615b892bbef7e564265a9c87ee3d61efe4181f70950f3d4ba226b373
    35c1ef54789bc8f3824792a6a98ab6c245afe8adec16102cd5b6f5c484fcf5b23113b306f82ff77359f5542e4f
    75cff22a32b63c1d6059e3d888694c41072128402e7d7de9203b90d3e0d2eb2602aac9d3cde662610d7c2ddf88
    f3d3b9e453d4d704bc9670175953152df9c89bfd003cc143
    """)

  /// NegTokenResp around an AP-REP, of Samba (zeek `krb/smb2_krb.pcap`, packet 14).
  static let spnegoAPReply = octets(
    """
    a181b63081b3a0030a0100a10b06092a864882f712010202a2819e04819b60819806092a864886f71201020202
    006f8188308185a003020105a10302010fa2793077a003020112a270046eec6df261f2543a57496851b29b27c8
    0359f05259af95c4d521006c496c5b85c4ba7d46dd99c07ade4f956bedf7a5544e15bf3218514bd7b700c09232
    4cfc40054ca9ee1f46e2c4515e0ea2f2c42dee1d0e4ad4a087765f33506992f355cd42113ca01095855a5eeef1
    42fbbb5231
    """)

  /// NEGOTIATE without names (zeek `ldap/aduser1-ntlm.pcap`, packet 4).
  static let ntlmNegotiate = octets(
    """
    4e544c4d5353500001000000050288a000000000000000000000000000000000
    """)

  /// CHALLENGE of a Windows controller (same, packet 5).
  static let ntlmChallenge = octets(
    """
    4e544c4d53535000020000001200120038000000050289a2801d050bedf385300000000000000000ce00ce004a
    0000000a007c4f0000000f410044004800410043004b0049004e00470002001200410044004800410043004b00
    49004e00470001001e00570049004e002d00560047004f0035003600490039003500450041004b0004001e0041
    0044004800410043004b0049004e0047002e006c006f00630061006c0003003e00570049004e002d0056004700
    4f0035003600490039003500450041004b002e00410044004800410043004b0049004e0047002e006c006f0063
    0061006c0005001e00410044004800410043004b0049004e0047002e006c006f00630061006c0007000800bfec
    11f29c91db0100000000
    """)

  /// AUTHENTICATE of impacket (same, packet 7).
  static let ntlmAuthenticate = octets(
    """
    4e544c4d535350000300000018001800680000002a012a01800000001e001e00400000000a000a005e00000000
    0000006800000000000000aa010000050288a0410044004800410043004b0049004e0047002e004c004f004300
    41004c00550073006500720031002014b1205b16325b90aec7551a037eab744f634a63567a6ab37bcbd14cefb5
    f1171209a09a7066a70101000000000000bfec11f29c91db01744f634a63567a6a000000000200120041004400
    4800410043004b0049004e00470001001e00570049004e002d00560047004f0035003600490039003500450041
    004b0004001e00410044004800410043004b0049004e0047002e006c006f00630061006c0003003e0057004900
    4e002d00560047004f0035003600490039003500450041004b002e00410044004800410043004b0049004e0047
    002e006c006f00630061006c0005001e00410044004800410043004b0049004e0047002e006c006f0063006100
    6c0007000800bfec11f29c91db010900280063006900660073002f00570049004e002d00560047004f00350036
    00490039003500450041004b000000000000000000
    """)

  /// The octets of hex digits; anything else between them is passed over.
  static func octets(_ hex: String) -> [UInt8] {
    let digits = hex.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map {
      UInt8(digits[$0] << 4 | digits[$0 + 1])
    }
  }

  /// A DER element.
  static func der(_ tag: UInt8, _ contents: [UInt8]...) -> [UInt8] {
    let content = contents.flatMap { $0 }
    let count = content.count
    if count < 128 { return [tag, UInt8(count)] + content }
    return [tag, 0x82, UInt8(count >> 8), UInt8(count & 0xFF)] + content
  }

  static func integer(_ value: UInt8) -> [UInt8] { der(0x02, [value]) }
  static func string(_ text: String) -> [UInt8] { der(0x1B, Array(text.utf8)) }
  static func octetString(_ octets: [UInt8]) -> [UInt8] { der(0x04, octets) }

  /// A PrincipalName.
  static func name(_ type: UInt8, _ components: String...) -> [UInt8] {
    der(
      0x30, der(0xA0, integer(type)), der(0xA1, der(0x30, components.flatMap { string($0) })))
  }

  /// An EncryptedData of `count` octets.
  static func sealed(_ encryption: UInt8, _ count: Int, of octet: UInt8 = 0x5A) -> [UInt8] {
    der(
      0x30, der(0xA0, integer(encryption)), der(0xA1, integer(2)),
      der(0xA2, octetString(Array(repeating: octet, count: count))))
  }

  /// A Ticket for `service` in ALPINE.TEST.
  static func ticket(_ service: String, _ encryption: UInt8, of octet: UInt8 = 0x5A) -> [UInt8] {
    let components = service.split(separator: "/").map(String.init)
    let server = der(
      0x30, der(0xA0, integer(2)), der(0xA1, der(0x30, components.flatMap { string($0) })))
    return der(
      0x61,
      der(
        0x30, der(0xA0, integer(5)), der(0xA1, string("ALPINE.TEST")), der(0xA2, server),
        der(0xA3, sealed(encryption, 200, of: octet))))
  }

  /// An AP-REQ that presents `ticket`.
  static func apRequest(_ ticket: [UInt8]) -> [UInt8] {
    der(
      0x6E,
      der(
        0x30, der(0xA0, integer(5)), der(0xA1, integer(14)),
        der(0xA2, der(0x03, [0, 0x20, 0, 0, 0])), der(0xA3, ticket), der(0xA4, sealed(18, 90))))
  }

  /// A PA-DATA.
  static func padata(_ type: [UInt8], _ value: [UInt8]) -> [UInt8] {
    der(0x30, der(0xA1, der(0x02, type)), der(0xA2, octetString(value)))
  }

  /// A TGS-REQ: S4U2proxy with PA-FOR-USER, PA-PAC-OPTIONS, an unknown padata type and an unknown
  /// field, so that one message has all of it.
  static func tgsRequest() -> [UInt8] {
    let forUser = der(
      0x30, der(0xA0, name(10, "alice@alpine.test")), der(0xA1, string("ALPINE.TEST")))
    let list = der(
      0x30, padata([1], apRequest(ticket("krbtgt/ALPINE.TEST", 18))),
      padata([0x00, 0x81], forUser),
      padata([0x00, 0xA7], der(0x30, der(0xA0, der(0x03, [0, 0x10, 0, 0, 0])))),
      padata([0x7F, 0xFF], [1, 2, 3]))
    let body = der(
      0x30, der(0xA0, der(0x03, [0, 0x40, 0x82, 0, 0])), der(0xA2, string("ALPINE.TEST")),
      der(0xA3, name(2, "cifs", "fs1.alpine.test")),
      der(0xA5, der(0x18, Array("20370913024805Z".utf8))), der(0xA7, der(0x02, [0xFF])),
      der(0xA8, der(0x30, der(0x02, [0x12]), der(0x02, [0x17]), der(0x02, [0xFF, 0x79]))),
      der(0xAB, der(0x30, ticket("svc-web", 23, of: 0x33))), der(0xBE, integer(1)))
    return der(
      0x6C,
      der(
        0x30, der(0xA1, integer(5)), der(0xA2, integer(12)), der(0xA3, list), der(0xA4, body)))
  }
}
