import NIOCore
import PicketRESP

/// What INFO says: as much as a Redis 7.0 with little to do says, in the same order, because whoever reads it is measured by it.
enum FleetInfo {
    enum Section: String, CaseIterable {
        case server, clients, memory, persistence, stats, replication, cpu, modules, errorstats, cluster, keyspace
    }

    /// Of the words behind INFO; none: all that is told unasked. Unknown ones are passed over.
    static func sections(_ words: [String]) -> [Section] {
        let wanted = words.map { $0.lowercased() }
        if wanted.isEmpty || wanted.contains(where: { $0 == "default" || $0 == "all" || $0 == "everything" }) { return Section.allCases }
        return Section.allCases.filter { wanted.contains($0.rawValue) }
    }

    static func text(_ sections: [Section], of instance: FleetInstance, replication: String, at now: Int64) -> ByteBuffer {
        var text = ByteBuffer()
        text.reserveCapacity(6_144)
        for (index, section) in sections.enumerated() {
            if index > 0 { text.writeStaticString("\r\n") }
            switch section {
            case .server: writeServer(of: instance, at: now, to: &text)
            case .clients: text.writeImmutableBuffer(clients)
            case .memory: text.writeImmutableBuffer(memory)
            case .persistence: text.writeImmutableBuffer(persistence)
            case .stats: text.writeImmutableBuffer(statistics)
            case .replication: text.writeString(replication)
            case .cpu: text.writeImmutableBuffer(processor)
            case .modules: text.writeStaticString("# Modules\r\n")
            case .errorstats: text.writeStaticString("# Errorstats\r\n")
            case .cluster: text.writeStaticString("# Cluster\r\ncluster_enabled:0\r\n")
            case .keyspace: text.writeStaticString("# Keyspace\r\ndb0:keys=100,expires=0,avg_ttl=0\r\n")
            }
        }
        return text
    }

    private static func writeServer(of instance: FleetInstance, at now: Int64, to text: inout ByteBuffer) {
        let uptime = (now - instance.startedAt) / 1_000_000_000
        text.writeImmutableBuffer(serverHead)
        text.writeString(
            "process_id:\(instance.port)\r\nprocess_supervised:no\r\nrun_id:\(instance.runID)\r\ntcp_port:\(instance.port)\r\n")
        text.writeString("server_time_usec:\(now / 1_000)\r\nuptime_in_seconds:\(uptime)\r\nuptime_in_days:\(uptime / 86_400)\r\n")
        text.writeImmutableBuffer(serverTail)
    }

    private static func prepared(_ title: String, _ lines: String) -> ByteBuffer {
        var buffer = ByteBuffer()
        if !title.isEmpty { buffer.writeString("# \(title)\r\n") }
        for line in lines.split(separator: "\n") { buffer.writeString("\(line)\r\n") }
        return buffer
    }

    private static let serverHead = prepared(
        "Server",
        """
        redis_version:7.0.15
        redis_git_sha1:00000000
        redis_git_dirty:0
        redis_build_id:0000000000000000
        redis_mode:standalone
        os:Linux x86_64
        arch_bits:64
        monotonic_clock:POSIX clock_gettime
        multiplexing_api:epoll
        atomicvar_api:c11-builtin
        gcc_version:12.2.0
        """)

    private static let serverTail = prepared(
        "",
        """
        hz:10
        configured_hz:10
        lru_clock:112927
        executable:/usr/bin/redis-server
        config_file:/etc/redis/redis.conf
        io_threads_active:0
        """)

    private static let clients = prepared(
        "Clients",
        """
        connected_clients:1
        cluster_connections:0
        maxclients:10000
        client_recent_max_input_buffer:20480
        client_recent_max_output_buffer:0
        blocked_clients:0
        tracking_clients:0
        clients_in_timeout_table:0
        """)

    private static let memory = prepared(
        "Memory",
        """
        used_memory:1013856
        used_memory_human:990.09K
        used_memory_rss:7151616
        used_memory_rss_human:6.82M
        used_memory_peak:1013856
        used_memory_peak_human:990.09K
        used_memory_peak_perc:102.32%
        used_memory_overhead:876356
        used_memory_startup:876152
        used_memory_dataset:137500
        used_memory_dataset_perc:99.85%
        allocator_allocated:1785056
        allocator_active:1937408
        allocator_resident:4608000
        total_system_memory:25276510208
        total_system_memory_human:23.54G
        used_memory_lua:32768
        used_memory_vm_eval:32768
        used_memory_lua_human:32.00K
        used_memory_scripts_eval:0
        number_of_cached_scripts:0
        number_of_functions:0
        number_of_libraries:0
        used_memory_vm_functions:33792
        used_memory_vm_total:66560
        used_memory_vm_total_human:65.00K
        used_memory_functions:200
        used_memory_scripts:200
        used_memory_scripts_human:200B
        maxmemory:0
        maxmemory_human:0B
        maxmemory_policy:noeviction
        allocator_frag_ratio:1.09
        allocator_frag_bytes:152352
        allocator_rss_ratio:2.38
        allocator_rss_bytes:2670592
        rss_overhead_ratio:1.55
        rss_overhead_bytes:2543616
        mem_fragmentation_ratio:7.35
        mem_fragmentation_bytes:6178392
        mem_not_counted_for_evict:0
        mem_replication_backlog:4
        mem_total_replication_buffers:0
        mem_clients_slaves:0
        mem_clients_normal:0
        mem_cluster_links:0
        mem_aof_buffer:0
        mem_allocator:jemalloc-5.3.0
        active_defrag_running:0
        lazyfree_pending_objects:0
        lazyfreed_objects:0
        """)

    private static let persistence = prepared(
        "Persistence",
        """
        loading:0
        async_loading:0
        current_cow_peak:0
        current_cow_size:0
        current_cow_size_age:0
        current_fork_perc:0.00
        current_save_keys_processed:0
        current_save_keys_total:0
        rdb_changes_since_last_save:0
        rdb_bgsave_in_progress:0
        rdb_last_save_time:1795275037
        rdb_last_bgsave_status:ok
        rdb_last_bgsave_time_sec:-1
        rdb_current_bgsave_time_sec:-1
        rdb_saves:0
        rdb_last_cow_size:0
        rdb_last_load_keys_expired:0
        rdb_last_load_keys_loaded:0
        aof_enabled:0
        aof_rewrite_in_progress:0
        aof_rewrite_scheduled:0
        aof_last_rewrite_time_sec:-1
        aof_current_rewrite_time_sec:-1
        aof_last_bgrewrite_status:ok
        aof_rewrites:0
        aof_rewrites_consecutive_failures:0
        aof_last_write_status:ok
        aof_last_cow_size:0
        module_fork_in_progress:0
        module_fork_last_cow_size:0
        """)

    private static let statistics = prepared(
        "Stats",
        """
        total_connections_received:2
        total_commands_processed:4
        instantaneous_ops_per_sec:0
        total_net_input_bytes:167
        total_net_output_bytes:17
        total_net_repl_input_bytes:0
        total_net_repl_output_bytes:0
        instantaneous_input_kbps:0.00
        instantaneous_output_kbps:0.00
        instantaneous_input_repl_kbps:0.00
        instantaneous_output_repl_kbps:0.00
        rejected_connections:0
        sync_full:1
        sync_partial_ok:0
        sync_partial_err:0
        expired_keys:0
        expired_stale_perc:0.00
        expired_time_cap_reached_count:0
        expire_cycle_cpu_milliseconds:0
        evicted_keys:0
        evicted_clients:0
        total_eviction_exceeded_time:0
        current_eviction_exceeded_time:0
        keyspace_hits:0
        keyspace_misses:0
        pubsub_channels:0
        pubsub_patterns:0
        pubsubshard_channels:0
        latest_fork_usec:0
        total_forks:0
        migrate_cached_sockets:0
        slave_expires_tracked_keys:0
        active_defrag_hits:0
        active_defrag_misses:0
        active_defrag_key_hits:0
        active_defrag_key_misses:0
        total_active_defrag_time:0
        current_active_defrag_time:0
        tracking_total_keys:0
        tracking_total_items:0
        tracking_total_prefixes:0
        unexpected_error_replies:0
        total_error_replies:0
        dump_payload_sanitizations:0
        total_reads_processed:5
        total_writes_processed:3
        io_threaded_reads_processed:0
        io_threaded_writes_processed:0
        reply_buffer_shrinks:1
        reply_buffer_expands:0
        """)

    private static let processor = prepared(
        "CPU",
        """
        used_cpu_sys:0.000000
        used_cpu_user:0.004190
        used_cpu_sys_children:0.000000
        used_cpu_user_children:0.000000
        used_cpu_sys_main_thread:0.000000
        used_cpu_user_main_thread:0.004136
        """)
}
