import Testing

/// Every message of the corpus beside Wireshark's reading of it.
@Suite struct `Agreement with Wireshark` {
  /// A difference that is explained.
  struct Explained {
    enum Verdict { case oursIsRight, theirsIsRight, notComparable }

    /// The capture's name, or what it begins with.
    var capture: String
    var proto: String
    /// The keys that differ; none where the message is missing.
    var keys: Set<String>
    /// At most as many messages.
    var count: Int
    var verdict: Verdict
    var evidence: String
  }

  @Test func `all messages agree, apart from differences that are explained`() throws {
    guard let corpus = Corpus() else { return }
    var left = Self.explained.map(\.count)
    var count = 0
    var unexplained = 0
    for name in try corpus.captures {
      let agreement = Agreement(
        theirs: try corpus.objects(name + ".oracle.jsonl"), ours: try corpus.decode(name))
      count += agreement.count
      for difference in agreement.differences {
        let place = Self.explained.indices.first {
          let known = Self.explained[$0]
          return left[$0] > 0 && name.hasPrefix(known.capture) && known.proto == difference.proto
            && known.keys == difference.keys
        }
        if let place {
          left[place] -= 1
        } else {
          unexplained += 1
          Issue.record("\(name): \(difference)", severity: .warning)
        }
      }
    }
    #expect(count > 5_000)
    #expect(Double(unexplained) <= Double(count) * 0.005)
    for (index, known) in Self.explained.enumerated() {
      #expect(left[index] < known.count, "no longer differs: \(known.capture) \(known.proto)")
    }
  }
}
