import Evidence
import Testing

@testable import Sensor

@Suite struct `SMB over TCP` {
  private func talk() -> Talk<SMBExchange> { Talk(SMBExchange.self, port: 445) }

  private func connected(_ path: String, kind: UInt8) -> Talk<SMBExchange> {
    var talk = talk()
    talk.say(SMBOctets.treeConnect(path, id: 1), from: .client)
    talk.say(SMBOctets.treeConnected(id: 1, kind: kind), from: .server)
    return talk
  }

  @Test func `says a share connected, and the files on it`() {
    var talk = connected("\\\\dc1\\C$", kind: 1)
    talk.say(SMBOctets.create("a.exe", id: 2), from: .client)
    talk.say(SMBOctets.created(id: 2, file: 7), from: .server)
    talk.say(SMBOctets.create("b", id: 3), from: .client)
    talk.say(SMBOctets.created(id: 3, file: 0, status: 0xC000_0022), from: .server)
    let activities = talk.output.activities
    #expect(activities.map(\.kind) == [.smbTree, .smbFile, .smbFile])
    #expect(activities.map(\.outcome) == [.success, .success, .failure(code: 0xC000_0022)])
    guard case .smbTree(let tree)? = activities.first?.detail,
      case .smbFile(let file)? = activities.last?.detail
    else {
      Issue.record("no share, no file")
      return
    }
    #expect(tree.isAdministrative)
    #expect(file.tree == "\\\\dc1\\C$")
    #expect(file.path == "b")
    #expect(talk.lines.count == 6)
    #expect(talk.lines[3].contains("\"file\":\"a.exe\""))
  }

  @Test func `reads calls over a pipe, cut between two reads`() {
    var talk = connected("\\\\dc1\\IPC$", kind: 2)
    talk.say(SMBOctets.create("samr", id: 2), from: .client)
    talk.say(SMBOctets.created(id: 2, file: 7), from: .server)
    talk.say(SMBOctets.write(RPCOctets.bind(RPCOctets.samr), id: 3, file: 7), from: .client)
    talk.say(SMBOctets.written(72, id: 3), from: .server)
    let call = RPCOctets.request(13, call: 2, stub: RPCOctets.enumerateUsers)
    talk.say(SMBOctets.write(call, id: 4, file: 7), from: .client)
    let answer = RPCOctets.response(call: 2, stub: RPCOctets.users)
    talk.say(SMBOctets.read(id: 5, file: 7), from: .client)
    talk.say(SMBOctets.readData(Array(answer.prefix(20)), id: 5), from: .server)
    talk.say(SMBOctets.read(id: 6, file: 7), from: .client)
    talk.say(SMBOctets.readData(Array(answer.dropFirst(20)), id: 6), from: .server)
    #expect(talk.calls.map(\.pipe) == ["samr"])
    guard case .samr(let query)? = talk.calls.first?.arguments else {
      Issue.record("no SAMR query")
      return
    }
    #expect(query.names == ["ab"])
    #expect(talk.output.coverage[.rpcMessages] == 3)
  }

  @Test func `reads calls over a pipe that was opened before the capture`() {
    var talk = talk()
    talk.say(SMBOctets.write(RPCOctets.bind(RPCOctets.samr), id: 3, file: 7), from: .client)
    let call = RPCOctets.request(13, call: 2, stub: RPCOctets.enumerateUsers)
    talk.say(SMBOctets.write(call, id: 4, file: 7), from: .client)
    talk.end()
    #expect(talk.calls.map(\.opnum) == [13])
    #expect(talk.calls.map(\.pipe) == [nil])
  }

  @Test func `passes over the data of a large write`() {
    var talk = connected("\\\\fs1\\data", kind: 1)
    talk.say(SMBOctets.create("big", id: 2), from: .client)
    talk.say(SMBOctets.created(id: 2, file: 7), from: .server)
    let message = SMBOctets.write([UInt8](repeating: 0, count: 100_000), id: 3, file: 7)
    let progress = talk.say(Array(message.prefix(1_000)), from: .client)
    #expect(progress.consumed == message.count)
    talk.say(SMBOctets.written(100_000, id: 3), from: .server)
    guard case .smbFile(let file)? = talk.output.activities.last?.detail else {
      Issue.record("no write")
      return
    }
    #expect(file.action == .write)
  }

  @Test func `believes the message, where the capture took the server for the client`() {
    var talk = talk()
    talk.say(SMBOctets.treeConnect("\\\\dc1\\IPC$", id: 1), from: .server)
    talk.say(SMBOctets.treeConnected(id: 1, kind: 2), from: .client)
    let activity = talk.output.activities.first
    #expect(activity?.source == talk.server)
    #expect(activity?.target == talk.client)
    #expect(talk.lines.first?.contains("\"sport\":445") == true)
  }

  @Test func `waits for a message that is not whole`() {
    var talk = talk()
    let message = SMBOctets.treeConnect("\\\\dc1\\IPC$", id: 1)
    let progress = talk.say(Array(message.prefix(30)), from: .client)
    #expect(progress.consumed == 0)
    #expect(progress.needed > 30)
    #expect(talk.lines.isEmpty)
  }

  @Test func `counts what is encrypted`() {
    var talk = talk()
    let envelope: [UInt8] =
      [0xFD, 0x53, 0x4D, 0x42] + [UInt8](repeating: 1, count: 32) + SMBOctets.little(80, 4)
      + [0, 0, 1, 0] + SMBOctets.little(9, 8) + [UInt8](repeating: 2, count: 80)
    talk.say(SMBOctets.framed(envelope), from: .client)
    #expect(talk.output.coverage[.smbEncrypted] == 1)
    #expect(talk.lines.first?.contains("\"session_id\":\"0x0000000000000009\"") == true)
    #expect(talk.lines.first?.contains("\"size\":80") == true)
  }

  @Test func `reads every command of a chain`() {
    var talk = talk()
    let first = SMBOctets.message(
      13, id: 1, next: 72, body: SMBOctets.little(4, 2) + SMBOctets.little(0, 6))
    let second = SMBOctets.message(13, id: 2, body: SMBOctets.little(4, 2))
    talk.say(SMBOctets.framed(first + second), from: .client)
    #expect(talk.lines.count == 2)
    #expect(talk.lines.last?.contains("\"message_id\":2") == true)
  }

  @Test func `a chain that stands still ends`() {
    var talk = talk()
    let message = SMBOctets.message(13, id: 1, next: 64, body: [])
    talk.say(SMBOctets.framed(message), from: .client)
    #expect(talk.lines.count == 1)
  }

  @Test func `says at the end what nobody answered`() {
    var talk = talk()
    talk.say(SMBOctets.treeConnect("\\\\dc1\\ADMIN$", id: 1), from: .client)
    talk.end()
    #expect(talk.output.activities.map(\.outcome) == [.unanswered])
  }

  @Test func `holds no more requests than it may`() {
    var talk = talk()
    for id in 0..<UInt64(Limits.pendingRequests + 2) {
      talk.say(SMBOctets.treeConnect("\\\\dc1\\a", id: id), from: .client)
    }
    #expect(talk.output.activities.count == 2)
    #expect(talk.output.coverage[.evictions] == 2)
  }

  @Test func `never traps, whatever octet is changed`() {
    let request = SMBOctets.create("samr", id: 2)
    let answer = SMBOctets.created(id: 2, file: 7)
    for index in 4..<max(request.count, answer.count) {
      var talk = connected("\\\\dc1\\IPC$", kind: 2)
      var first = request
      var second = answer
      if index < first.count { first[index] = 0xFF }
      if index < second.count { second[index] = 0xFF }
      talk.say(first, from: .client)
      talk.say(second, from: .server)
      talk.end()
      #expect(!talk.output.activities.isEmpty)
    }
  }

  @Test func `recognises its messages and nothing else`() {
    func isRecognised(_ octets: [UInt8], isOnPort: Bool = false) -> Bool {
      SMBExchange.recognises(octets.span, .tcp, isOnPort: isOnPort)
    }
    #expect(isRecognised(SMBOctets.create("a", id: 1)))
    #expect(!isRecognised(Array("GET / HTTP/1.1\r\n\r\n".utf8)))
    #expect(!isRecognised([0x85, 0, 0, 0]))
    #expect(isRecognised([0x85, 0, 0, 0], isOnPort: true))
  }
}

@Suite struct `Tables with a limit` {
  @Test func `let the oldest go`() {
    var table = ArrivalTable<Int, String>(limit: 2)
    #expect(table.insert("a", for: 1) == nil)
    #expect(table.insert("b", for: 2) == nil)
    #expect(table.insert("c", for: 3) == "a")
    #expect(table[1] == nil)
    #expect(table[3] == "c")
  }

  @Test func `stay small while keys come and go`() {
    var table = ArrivalTable<Int, Int>(limit: 4)
    for key in 0..<10_000 {
      table.insert(key, for: key)
      if key % 2 == 0 { table.remove(key) }
    }
    #expect(table.count == 4)
    var left: [Int] = []
    while let value = table.removeOldest() { left.append(value) }
    #expect(left == [9_993, 9_995, 9_997, 9_999])
  }
}
