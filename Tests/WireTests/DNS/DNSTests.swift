import Testing

@testable import Wire

@Suite struct `Domain name messages` {
  @Test func `reads a SRV answer with compressed names`() throws {
    let message = try parse(DNSSamples.serviceAnswer)
    #expect(message.header.isResponse && !message.header.isAuthoritative)
    #expect(message.question?.name == "_sip._udp.sip.voice.google.com")
    #expect(message.question?.type == .srv)
    #expect(message.answers.allSatisfy { $0.name == "_sip._udp.sip.voice.google.com" })
    #expect(message.answers.map(\.timeToLive) == [275, 275])
    #expect(
      message.answers.map(\.data) == [
        .service(priority: 20, weight: 1, port: 5060, target: "sip-anycast-2.voice.google.com"),
        .service(priority: 10, weight: 1, port: 5060, target: "sip-anycast-1.voice.google.com"),
      ])
    #expect(message.rcode == 0 && message.keys.isEmpty && !message.isSigned)
    #expect(message.failure == nil)
  }

  @Test func `reads an update, its prerequisite and its signature`() throws {
    let message = try parse(DNSSamples.signedUpdate)
    #expect(message.header.opcode == .update)
    #expect(message.question?.name == "StratoLab.org")
    #expect(message.answers.map(\.data) == [.empty])
    #expect(message.updates.map(\.type) == [.aaaa, .a, .a])
    #expect(message.updates.last?.name == "NWin2.StratoLab.org")
    #expect(message.updates.last?.data == .address(0xC0A8_016A))
    #expect(message.isSigned)
  }

  @Test func `reads the records of a zone transfer`() throws {
    let message = try parse(DNSSamples.transferAnswer)
    #expect(message.question?.type == .axfr)
    #expect(
      message.answers.map(\.data) == [
        .authority(primary: "dns3.contoso.local", mailbox: "hostmaster", serial: 71),
        .address(0xAC10_108B), .name("dns3.contoso.local"),
      ])
  }

  @Test func `keeps an unknown type, class and operation`() throws {
    // Opcode 9; a question of type 65280, and a record of that type with three octets.
    let message = try parse(
      octets("0001 4800 0001 0001 0000 0000 0161 00 ff00 00f0 c00c ff00 00f0 0000000a 0003 010203"))
    #expect(message.header.opcode.rawValue == 9)
    #expect(message.question?.type.rawValue == 65280)
    #expect(message.answers.first?.data == .other)
    #expect(message.answers.first?.place.count == 3)
    #expect(message.answers.first?.recordClass == 240)
  }

  @Test func `writes the root as a dot and repairs what is not text`() throws {
    #expect(try name(octets("00")) == ".")
    #expect(try name(octets("02 ff41 01 42 00")) == "\u{FFFD}A.B")
  }

  @Test func `puts the extended bits before the response code`() throws {
    let message = try parse(octets("0001 8000 0000 0000 0000 0001 00 0029 1000 01000000 0000"))
    #expect(message.rcode == 16)
  }

  @Test(arguments: ["c000", "01 61 c000", "02 6161 c002"])
  func `refuses pointers that do not point backwards`(_ text: String) {
    #expect(throws: ParseFailure.self) { try name(octets(text)) }
  }

  @Test func `refuses names that are too long, also by pointers`() throws {
    // Four labels of 63 octets are 256 octets; a name of three with a pointer to another of three.
    let label = [UInt8(63)] + Array(repeating: UInt8(ascii: "a"), count: 63)
    #expect(throws: ParseFailure.self) { try name(label + label + label + label + [0]) }
    let first = label + label + label + [0]
    var reader = ByteReader((first + label + label + [0xC0, 0x00]).span)
    reader.position = first.count
    var names = DNS.NameReader()
    do {
      _ = try names.name(in: &reader, "NAME")
      Issue.record("a name of 321 octets was read")
    } catch {
      #expect(error.reason == .overLimit)
    }
  }

  @Test(arguments: [DNS.Limits.pointers, DNS.Limits.pointers + 1])
  func `follows no more pointers than a name has labels`(_ count: Int) {
    // The root, then pointers, each to the one before it.
    var octets: [UInt8] = [0]
    for index in 0..<count {
      let target = max(0, 2 * index - 1)
      octets += [0xC0 | UInt8(target >> 8), UInt8(target & 0xFF)]
    }
    var reader = ByteReader(octets.span)
    reader.position = octets.count - 2
    var names = DNS.NameReader()
    do {
      #expect(try names.name(in: &reader, "NAME") == ".")
      #expect(count <= DNS.Limits.pointers)
    } catch {
      #expect(count > DNS.Limits.pointers && error.reason == .overLimit)
    }
  }

  @Test func `refuses reserved label types`() {
    #expect(throws: ParseFailure.self) { try name(octets("41 61 00")) }
  }

  @Test func `is truncated, never trapped, at any cut`() {
    for sample in [
      DNSSamples.serviceAnswer, DNSSamples.signedUpdate, DNSSamples.transferAnswer,
    ] {
      for count in 0..<sample.count {
        do {
          let message = try parse(Array(sample.prefix(count)))
          #expect(message.failure?.reason == .truncated)
        } catch {
          #expect(error.reason == .truncated)
        }
      }
    }
  }

  @Test func `survives any octet changed`() throws {
    for index in DNSSamples.signedUpdate.indices {
      for value: UInt8 in [0x00, 0x3F, 0x40, 0x7F, 0xC0, 0xFF] {
        var changed = DNSSamples.signedUpdate
        changed[index] = value
        do { _ = try parse(changed) } catch { #expect(error.offset <= changed.count) }
      }
    }
  }

  @Test func `keeps the records before the damage`() throws {
    let message = try parse(Array(DNSSamples.transferAnswer.dropLast(3)))
    #expect(message.answers.count == 3 && message.answers.last?.data == .other)
  }

  @Test func `refuses more questions than anybody asks`() throws {
    let header = octets("0001 0000 0101 0000 0000 0000")
    let question = octets("00 0001 0001")
    let message = header + Array(repeatElement(question, count: 257).joined())
    let read = try parse(message)
    #expect(read.failure?.reason == .overLimit && read.furtherQuestions.count == 255)
  }

  @Test func `keeps a record whose data is damaged, and the one after it`() throws {
    // An A record of three octets, then one of four.
    let message = try parse(
      octets(
        """
        0001 8000 0000 0002 0000 0000 0161 00 0001 0001 0000000a 0003 010203
        0162 00 0001 0001 0000000a 0004 01020304
        """))
    #expect(message.answers.map(\.name) == ["a", "b"])
    #expect(message.answers.map(\.data) == [.other, .address(0x0102_0304)])
    #expect(message.failure?.reason == .truncated)
  }

  @Test func `measures a signature with its names written out`() throws {
    // SIG of 18 octets, a signer's name that is a pointer to `a.b`, and three octets of signature.
    let message = try parse(
      octets(
        """
        0001 8000 0001 0001 0000 0000 0161 0162 00 0018 0001
        c00c 0018 0001 0000000a 0017 0001 0502 00000014 68000000 60000000 9e04 c00c 010203
        """))
    #expect(
      message.answers.first?.data == .signature(covered: 1, expandedByteCount: 18 + 5 + 3))
    #expect(message.failure == nil)
  }

  @Test func `reads the target of a binding`() throws {
    let message = try parse(
      octets("0001 8000 0000 0001 0000 0000 0161 00 0041 0001 0000000a 0005 0001 0162 00"))
    #expect(message.answers.first?.data == .binding(priority: 1, target: "b"))
  }

  @Test func `frames a stream by two octets`() {
    let whole = octets("0021 00")
    let cut = octets("00")
    #expect(DNS.streamedByteCount(at: ByteReader(whole.span)) == 35)
    #expect(DNS.streamedByteCount(at: ByteReader(cut.span)) == nil)
  }

  private func parse(_ octets: [UInt8]) throws(ParseFailure) -> DNS.Message {
    var input = ByteReader(octets.span)
    return try DNS.Message(parsing: &input)
  }

  private func name(_ octets: [UInt8]) throws(ParseFailure) -> String {
    var input = ByteReader(octets.span)
    var names = DNS.NameReader()
    return try names.name(in: &input, "NAME")
  }
}

/// Messages out of captures.
enum DNSSamples {
  /// An answer for `_sip._udp.sip.voice.google.com`, with EDNS.
  static let serviceAnswer = octets(
    """
    eb5681800001000200000001045f736970045f7564700373697005766f69636506676f6f676c6503636f6d00
    00210001c00c002100010000011300260014000113c40d7369702d616e79636173742d3205766f6963650667
    6f6f676c6503636f6d00c00c00210001000001130026000a000113c40d7369702d616e79636173742d310576
    6f69636506676f6f676c6503636f6d000000291000000000000000
    """)

  /// A Windows client's update of its own addresses, signed by GSS-TSIG.
  static let signedUpdate = octets(
    """
    bb50280000010001000300010953747261746f4c6162036f72670000060001054e57696e320953747261746f
    4c6162036f726700000500fe000000000000c01f001c00ff000000000000c01f000100ff000000000000c01f
    00010001000004b00004c0a8016a09313036382d6d732d370b3332382d326630323464342437613934363362
    382d623130392d313165642d323661332d3038303032376632323065350000fa00ff00000000003608677373
    2d7473696700000063f4163c8ca0001c040404ffffffffff000000000677093930fb1c81196247ff4899884f
    bb5000000000
    """)

  /// The beginning of a transfer of `contoso.local`, its count of answers set to the three that are
  /// kept.
  static let transferAnswer = octets(
    """
    00078180000100030000000007636f6e746f736f056c6f63616c0000fc0001c00c0006000100000e10002704
    646e7333c00c0a686f73746d6173746572000000004700000384000002580001518000000e10c00c00010001
    000002580004ac10108bc00c0002000100000e10000704646e7333c00c
    """)
}
