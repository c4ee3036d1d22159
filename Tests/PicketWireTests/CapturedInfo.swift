import PicketCore

/// What redis-server 7.0.15 says of itself: a primary with two replicas, one of them reached over IPv6; the other one, with a priority
/// of its own and hidden from clients; the first one when it had lost the primary; and the same when it had been promoted. Besides,
/// another primary while it waited for its replica in a FAILOVER, and after that, when the replica did not answer; and one while it
/// loaded its data.
enum CapturedInfo {
    static let primary = text(runID: "91066b0301b3dc54e4fa745ba4be3f3a501b5eb1", replication: primaryReplication)
    static let replica = text(runID: "abfcb77315160c0b77c0fb9af53c122eb987da88", replication: replicaReplication)
    static let orphan = text(runID: "5e3d165f0db625e6a0b07e75318f1930d534a38f", replication: orphanReplication)
    static let promoted = text(runID: "5e3d165f0db625e6a0b07e75318f1930d534a38f", replication: promotedReplication)

    static let waitingForReplica = text(runID: "91066b0301b3dc54e4fa745ba4be3f3a501b5eb1", replication: waitingReplication)
    static let handingOver = text(runID: "91066b0301b3dc54e4fa745ba4be3f3a501b5eb1", replication: handingOverReplication)
    static let loading = text(runID: "392c43c2ada1ca4e54b430f562c3df90e14e4ef0", replication: loadingReplication)
        .replacing("loading:0", with: "loading:1", maxReplacements: 1)

    private static let waitingReplication = """
        role:master
        connected_slaves:1
        slave0:ip=127.0.0.1,port=55675,state=online,offset=0,lag=0
        master_failover_state:waiting-for-sync
        master_replid:047fddd2b68ec922f0b6ba74031fbc60c5b2b5e7
        master_replid2:0000000000000000000000000000000000000000
        master_repl_offset:78
        second_repl_offset:-1
        repl_backlog_active:1
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:1
        repl_backlog_histlen:78
        """

    private static let handingOverReplication = """
        role:slave
        master_host:127.0.0.1
        master_port:43401
        master_link_status:down
        master_last_io_seconds_ago:-1
        master_sync_in_progress:0
        slave_read_repl_offset:129
        slave_repl_offset:129
        master_link_down_since_seconds:-1
        slave_priority:100
        slave_read_only:1
        replica_announced:1
        connected_slaves:1
        slave0:ip=127.0.0.1,port=43401,state=online,offset=0,lag=1
        master_failover_state:failover-in-progress
        master_replid:0f9da78acdaea0b3d04282bc256b806e11188e24
        master_replid2:047fddd2b68ec922f0b6ba74031fbc60c5b2b5e7
        master_repl_offset:129
        second_repl_offset:79
        repl_backlog_active:1
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:1
        repl_backlog_histlen:129
        """

    private static let loadingReplication = """
        role:master
        connected_slaves:0
        master_failover_state:no-failover
        master_replid:d9288df60b4f329065f6fd8e01e989a536627d1c
        master_replid2:0000000000000000000000000000000000000000
        master_repl_offset:0
        second_repl_offset:-1
        repl_backlog_active:1
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:1
        repl_backlog_histlen:0
        """

    private static let primaryReplication = """
        role:master
        connected_slaves:2
        slave0:ip=127.0.0.1,port=12803,state=online,offset=263,lag=0
        slave1:ip=::1,port=12804,state=online,offset=263,lag=0
        master_failover_state:no-failover
        master_replid:a43ccf5a6b541ac7040270f8b8f44595642a44a2
        master_replid2:0000000000000000000000000000000000000000
        master_repl_offset:263
        second_repl_offset:-1
        repl_backlog_active:1
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:1
        repl_backlog_histlen:263
        """

    private static let replicaReplication = """
        role:slave
        master_host:127.0.0.1
        master_port:12802
        master_link_status:up
        master_last_io_seconds_ago:2
        master_sync_in_progress:0
        slave_read_repl_offset:263
        slave_repl_offset:263
        slave_priority:7
        slave_read_only:1
        replica_announced:0
        connected_slaves:0
        master_failover_state:no-failover
        master_replid:a43ccf5a6b541ac7040270f8b8f44595642a44a2
        master_replid2:0000000000000000000000000000000000000000
        master_repl_offset:263
        second_repl_offset:-1
        repl_backlog_active:1
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:1
        repl_backlog_histlen:263
        """

    private static let orphanReplication = """
        role:slave
        master_host:::1
        master_port:12802
        master_link_status:down
        master_last_io_seconds_ago:-1
        master_sync_in_progress:0
        slave_read_repl_offset:263
        slave_repl_offset:263
        master_link_down_since_seconds:3
        slave_priority:100
        slave_read_only:1
        replica_announced:1
        connected_slaves:0
        master_failover_state:no-failover
        master_replid:a43ccf5a6b541ac7040270f8b8f44595642a44a2
        master_replid2:0000000000000000000000000000000000000000
        master_repl_offset:263
        second_repl_offset:-1
        repl_backlog_active:1
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:1
        repl_backlog_histlen:263
        """

    private static let promotedReplication = """
        role:master
        connected_slaves:0
        master_failover_state:no-failover
        master_replid:de338c02ea0c9fe8e375290381d50b8eea09cd9a
        master_replid2:a43ccf5a6b541ac7040270f8b8f44595642a44a2
        master_repl_offset:263
        second_repl_offset:264
        repl_backlog_active:1
        repl_backlog_size:1048576
        repl_backlog_first_byte_offset:1
        repl_backlog_histlen:263
        """

    /// As it came over the socket: lines end with CR and LF, and an empty one stands between sections.
    private static func text(runID: String, replication: String) -> String {
        let lines = """
            # Server
            redis_version:7.0.15
            redis_git_sha1:00000000
            redis_git_dirty:0
            redis_build_id:ae4d7c971a948f0
            redis_mode:standalone
            os:Linux 6.1.0 x86_64
            arch_bits:64
            monotonic_clock:POSIX clock_gettime
            multiplexing_api:epoll
            atomicvar_api:c11-builtin
            gcc_version:12.2.0
            process_id:10945
            process_supervised:no
            run_id:\(runID)
            tcp_port:12802
            server_time_usec:1795233248230283
            uptime_in_seconds:2
            uptime_in_days:0
            hz:10
            configured_hz:10
            lru_clock:71136
            executable:/usr/bin/redis-server
            config_file:/etc/redis/redis.conf
            io_threads_active:0

            # Clients
            connected_clients:1
            cluster_connections:0
            maxclients:10000
            client_recent_max_input_buffer:20480
            client_recent_max_output_buffer:20504
            blocked_clients:0
            tracking_clients:0
            clients_in_timeout_table:0

            # Memory
            used_memory:1082136
            used_memory_human:1.03M
            used_memory_rss:12521472
            used_memory_rss_human:11.94M
            used_memory_peak:1110912
            used_memory_peak_human:1.06M
            used_memory_peak_perc:97.41%
            used_memory_overhead:914108
            used_memory_startup:875976
            used_memory_dataset:168028
            used_memory_dataset_perc:81.50%
            allocator_allocated:1903840
            allocator_active:2080768
            allocator_resident:4751360
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
            allocator_frag_bytes:176928
            allocator_rss_ratio:2.28
            allocator_rss_bytes:2670592
            rss_overhead_ratio:2.64
            rss_overhead_bytes:7770112
            mem_fragmentation_ratio:11.82
            mem_fragmentation_bytes:11462328
            mem_not_counted_for_evict:0
            mem_replication_backlog:20508
            mem_total_replication_buffers:20504
            mem_clients_slaves:0
            mem_clients_normal:17160
            mem_cluster_links:0
            mem_aof_buffer:0
            mem_allocator:jemalloc-5.3.0
            active_defrag_running:0
            lazyfree_pending_objects:0
            lazyfreed_objects:0

            # Persistence
            loading:0
            async_loading:0
            current_cow_peak:0
            current_cow_size:0
            current_cow_size_age:0
            current_fork_perc:0.00
            current_save_keys_processed:0
            current_save_keys_total:0
            rdb_changes_since_last_save:5
            rdb_bgsave_in_progress:0
            rdb_last_save_time:1795233246
            rdb_last_bgsave_status:ok
            rdb_last_bgsave_time_sec:0
            rdb_current_bgsave_time_sec:-1
            rdb_saves:0
            rdb_last_cow_size:376832
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

            # Stats
            total_connections_received:9
            total_commands_processed:20
            instantaneous_ops_per_sec:2
            total_net_input_bytes:786
            total_net_output_bytes:1110
            total_net_repl_input_bytes:0
            total_net_repl_output_bytes:1044
            instantaneous_input_kbps:0.08
            instantaneous_output_kbps:0.00
            instantaneous_input_repl_kbps:0.00
            instantaneous_output_repl_kbps:0.00
            rejected_connections:0
            sync_full:2
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
            latest_fork_usec:304
            total_forks:2
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
            total_reads_processed:27
            total_writes_processed:24
            io_threaded_reads_processed:0
            io_threaded_writes_processed:0
            reply_buffer_shrinks:2
            reply_buffer_expands:0

            # Replication
            \(replication)

            # CPU
            used_cpu_sys:0.000000
            used_cpu_user:0.014330
            used_cpu_sys_children:0.000000
            used_cpu_user_children:0.002639
            used_cpu_sys_main_thread:0.000000
            used_cpu_user_main_thread:0.014193

            # Modules

            # Errorstats

            # Cluster
            cluster_enabled:0

            # Keyspace
            db0:keys=5,expires=0,avg_ttl=0

            """
        return lines.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
    }
}
