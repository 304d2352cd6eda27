import Evidence
import Sensor

/// The shards of a run, each on whichever thread is free.
///
/// All are shown every packet, and each takes those of its own lanes; what they say together is the
/// same whatever their number.
struct ShardTeam: Sendable {
  private let workers: [ShardWorker]

  init(_ count: Int) {
    workers = (0..<count).map { ShardWorker($0, of: count) }
  }

  /// Shows the runs to all shards at once; returns what each says.
  func take(_ runs: [PacketRun], isLast: Bool = false) async -> [Output.Part] {
    let workers = workers
    return await withTaskGroup(of: Output.Part.self) { group in
      for worker in workers {
        group.addTask { await worker.take(runs, isLast: isLast) }
      }
      var parts: [Output.Part] = []
      for await part in group { parts.append(part) }
      return parts
    }
  }

  /// What all of them saw, and what could not be read.
  var coverage: Coverage {
    get async {
      var coverage = Coverage()
      for worker in workers { coverage.add(await worker.coverage) }
      return coverage
    }
  }
}

/// The shard of one thread.
private actor ShardWorker {
  private var shard: Shard

  init(_ index: Int, of count: Int) {
    shard = Shard(index, of: count, wantsLines: false, wantsActivities: true)
  }

  var coverage: Coverage { shard.output.coverage }

  func take(_ runs: [PacketRun], isLast: Bool) -> Output.Part {
    for run in runs { shard.take(run) }
    if isLast { shard.finish() }
    return shard.takePart()
  }
}
