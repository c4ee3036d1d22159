# redis-rb 4: the group's name is the host of the URL. Before it trusts an address it asks the server for its ROLE.
require "redis"

sentinels = ARGV.map do |word|
  host, port = word.split(":")
  { host: host, port: port.to_i }
end
options = { url: "redis://mymaster", sentinels: sentinels, timeout: 1, reconnect_attempts: 1 }
primary = Redis.new(**options, role: :master)
replica = Redis.new(**options, role: :slave)
abort "the replica's role is #{replica.call("role")[0]}" unless replica.call("role")[0] == "slave"

def clock
  Process.clock_gettime(Process::CLOCK_MONOTONIC)
end

$stdout.sync = true
number = 0
home = nil
last = clock
longest = 0.0
loop do
  number += 1
  begin
    primary.set("follow", number)
    now = clock
    port = home.nil? || now - last > 0.02 || (number % 50).zero? ? primary.info("server")["tcp_port"] : home
  rescue Redis::BaseError
    sleep 0.01
    next
  end
  longest = [longest, now - last].max unless home.nil?
  last = now
  if home.nil?
    puts "found #{port}"
  elsif port != home
    puts "followed #{port} #{(longest * 1000).round}"
  end
  home = port
  sleep 0.002
end
