/// Ways to break the core on purpose, each in one place. They prove that the simulator's checkers see what they are there for:
/// `picket-sim mutations` applies one after the other and demands that each is caught by the invariant that is meant to.
///
/// They exist only where `PICKET_MUTATIONS` is defined, and that is in builds with the package trait `Mutations`, which no other
/// build has and none that is shipped:
///
///     swift build -c release --traits Mutations --scratch-path .build-mutations --product picket-sim
///
/// Everywhere else `isMutated` is the constant false, and the compiler leaves the hooks out.
package enum Mutation: String, CaseIterable, Hashable, Sendable {
    /// A second vote in an epoch in which one was given.
    case voteTwice
    /// A restart forgets which votes were given.
    case forgetVoteOnRestart
    /// A vote is answered before it is on disk.
    case answerBeforeDurable
    /// Votes of other epochs count too.
    case countOldVotes
    /// One vote is enough.
    case skipMajority
    /// Of several replicas, the one with the least data is chosen.
    case promoteStalest
    /// Replicas that never synchronised, or are in the middle of it, may be chosen.
    case promoteUnsynced
    /// Others' newer configurations are not adopted.
    case ignoreNewerConfiguration
    /// Others' older configurations are adopted.
    case adoptOlderConfiguration
    /// The chosen one is announced when it is told, and not when it says that it is a primary.
    case publishBeforePromotion
    /// An attempt takes no epoch of its own.
    case keepEpoch
    /// Replicas are led to themselves.
    case followItself
    /// Returned primaries and lost replicas are left as they are.
    case neverRepair
    /// A failover that is done does not end.
    case neverEnd
    /// A returned primary is demoted without asking anybody.
    case demoteTooSoon
    /// A refused connection is a crash, whatever the replicas say.
    case believeRefusals
    /// A primary that comes back without its data is still the primary.
    case trustEmptyPrimary
    /// In a planned switch the chosen one is promoted before it has everything.
    case handOverUnlevel
    /// Of several replicas, the one that an operator prefers is chosen, whatever it has.
    case ignoreOffset
    /// A pause keeps nobody from standing, and from voting for who does.
    case ignorePause
    /// An instance in maintenance may be chosen.
    case promoteInMaintenance
    /// Who is forgotten is found again by a restart.
    case forgetInMemoryOnly
}

extension Monitor {
    /// True where this build is broken in that way.
    @inline(__always)
    func isMutated(_ mutation: Mutation) -> Bool {
        #if PICKET_MUTATIONS
            self.mutation == mutation
        #else
            false
        #endif
    }
}

#if PICKET_MUTATIONS
    extension Supervisor {
        /// To be called right after the restoring, before the first event.
        package mutating func mutate(_ mutation: Mutation?) {
            monitor.mutation = mutation
            guard mutation == .forgetVoteOnRestart else { return }
            for name in groups.keys { groups[name]?.vote = nil }
        }
    }
#endif
