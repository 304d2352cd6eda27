import Foundation
import Testing

@Suite(.enabled(if: DirectoryServer.isNeeded()), .serialized)
struct `Directory connections` {
  @Test func `StartTLS, LDAPS, EXTERNAL by socket and by certificate`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      let certificate = """
        bind: external
          certificateFile: \(server.folder)/client.pem
          keyFile: \(server.folder)/client.key
        """
      let ways: [(url: String, bind: String?)] = [
        (server.url, nil), (server.secureURL, nil), (server.socketURL, "bind: external"),
        (server.secureURL, certificate), (server.url, certificate),
      ]
      for way in ways {
        try program.configure(server, controllers: [way.url], bind: way.bind)
        let run = try program.run("directory", "sync", "--full")
        #expect(run.code == 0, "\(way): \(run.notes)")
        #expect(run.notes.contains("2 users"))
      }
    }
  }

  @Test func `a certificate that is not trusted is refused before the password is sent`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      for url in [server.secureURL, server.url] {
        try program.configure(server, controllers: [url], more: "pageSize: 100")
        // What the machine says about certificates does not count.
        let run = try program.run("directory", "sync", environment: ["LDAPTLS_REQCERT": "never"])
        #expect(run.code == 1)
        #expect(run.notes.contains("set caFile to what signed its certificate"), "\(run.notes)")
        #expect(run.noteLines.count == 1)
        try program.configure(server, controllers: [url], more: "insecure: true")
        #expect(try program.run("directory", "sync").code == 0)
      }
    }
  }

  @Test func `a certificate of another name is refused`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      let url = server.secureURL.replacing("127.0.0.1", with: "localhost")
      try program.configure(server, controllers: [url])
      let run = try program.run("directory", "sync")
      #expect(run.code == 1)
      #expect(run.notes.contains("caFile"), "\(run.notes)")
    }
  }

  @Test func `a wrong password is said to be one, and tried once`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      let second = server.url
      try program.configure(server, controllers: [server.secureURL, second])
      try program.write("password", "not-the-Passw0rd\n")
      let run = try program.run("directory", "sync")
      #expect(run.code == 1)
      #expect(run.notes.contains("the name or the password is wrong"), "\(run.notes)")
      #expect(!run.notes.contains(second), "another controller was tried")
      #expect(run.noteLines.count == 1)
    }
  }

  @Test func `a password comes from the environment or from a file of its owner alone`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      try program.configure(
        server, bind: "bindName: \(DirectoryServer.bindName)\n  passwordEnvironment: SECRET")
      let unset = try program.run("directory", "sync")
      #expect(unset.code == 2)
      #expect(unset.notes.contains("'SECRET' is not set"))
      let set = try program.run(
        "directory", "sync", environment: ["SECRET": DirectoryServer.password])
      #expect(set.code == 0, "\(set.notes)")
      try program.configure(server)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o644], ofItemAtPath: "\(program.folder)/password")
      let open = try program.run("directory", "sync")
      #expect(open.code == 2)
      #expect(open.notes.contains("chmod 600"))
    }
  }

  @Test func `R70: the password is nowhere but where it was put`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      try program.configure(server)
      var texts: [String] = []
      for arguments in [
        ["directory", "sync"], ["directory", "sync", "--full", "--json"], ["directory", "status"],
        ["directory", "status", "--json"], ["workspace", "show", "alpine", "--json"],
      ] {
        let run = try program.run(all: arguments)
        texts += [run.output, run.notes]
      }
      try program.write("password", "not-the-Passw0rd\n")
      texts.append(try program.run("directory", "sync").notes)
      let names = try FileManager.default.contentsOfDirectory(
        atPath: "\(program.folder)/Workspaces/alpine")
      for name in names {
        let data = try program.read("Workspaces/alpine/\(name)")
        texts.append(String(decoding: data, as: UTF8.self))
      }
      #expect(names.contains("crosswatch.sqlite"))
      for secret in [DirectoryServer.password, "not-the-Passw0rd"] {
        #expect(!texts.contains { $0.contains(secret) })
      }
    }
  }

  @Test func `a base that is not there says so`() throws {
    try Program.within { program in
      let server = try DirectoryServer(in: program.folder, ldif: Office.ldif)
      try program.configure(server)
      let file = "Workspaces/alpine/workspace.yml"
      let text = String(decoding: try program.read(file), as: UTF8.self)
      try program.write(file, text.replacing("base: dc=alpine", with: "base: ou=no,dc=alpine"))
      let run = try program.run("directory", "sync")
      #expect(run.code == 1)
      #expect(run.notes.contains("there is no such entry; check 'base'"), "\(run.notes)")
    }
  }
}
