# shellcheck shell=bash disable=SC2154
# Sourced by the demonstration and the flow tests: three towns and a network on loopback,
# each with keys, certificates and database of its own, in the folder $story.
#
# Needs: $top the source folder, $bin the build folder, $story an empty folder with a short path.
# Gives: functions below, and the processes in $towns_pids.
today=2026-11-22
yokohama=141003 sapporo=011002 hakodate=012025
towns_pids=
lang=${lang:-en}

watashi() { # watashi MUNICIPALITY COMMAND...
	local town=$1
	shift
	"$bin/watashi" --node "$story/node-$town" --lang "$lang" "$@"
}
control() { "$bin/src/net/watashi-net" control --config "$story/net.conf" "$@"; }
# within SECONDS COMMAND...: again until it succeeds
within() {
	local tries=$(($1 * 5))
	shift
	while [ "$tries" -gt 0 ]; do
		"$@" && return 0
		tries=$((tries - 1))
		sleep 0.2
	done
	return 1
}
towns_port() { sed -n "s/^$1=//p" "$story/net/ports"; }
# The value in a column of the last line of a CSV list without quotes.
last() {
	awk -F, -v name="$1" 'NR == 1 { sub(/^\xef\xbb\xbf/, ""); sub(/\r$/, ""); for (i = 1; i <= NF; i++) if ($i == name) c = i }
	{ v = $c } END { sub(/\r$/, "", v); print v }'
}
stands() { # stands MUNICIPALITY ADDRESSEE STATE: the last inquiry about this person stands so
	[ "$(watashi "$1" inquiry list "$2" --format csv | last state)" = "$3" ]
}
copies_arrived() { watashi "$1" copy send --format csv | grep -q confirmed; }

# Rows of a residents file as another town's register would hold them.
# arrive FILE FROM SINCE ADDRESS NUMBER=NEW...: addressee numbers are each town's own
arrive() {
	local file=$1 from=$2 since=$3 address=$4
	shift 4
	awk -F, -v OFS=, -v from="$from" -v since="$since" -v address="$address" -v pairs="$*" '
	BEGIN {
		n = split(pairs, pair, " ")
		for (i = 1; i <= n; i++) { split(pair[i], p, "="); new[p[1]] = p[2] }
	}
	NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i; print; next }
	$column["addressee_no"] in new {
		$column["addressee_no"] = new[$column["addressee_no"]]
		$column["address"] = address
		$column["resident_from"] = since
		$column["resident_until"] = ""
		$column["previous_municipality"] = from
		$column["next_municipality"] = ""
		print
	}' "$file"
}
# The numbers that a residents file holds, for the scanner alone.
numbers_of() {
	awk -F, 'FNR == 1 { for (i = 1; i <= NF; i++) if ($i == "my_number") c = i; next } c && $c != "" { print $c }' "$@"
}

# towns_make: nodes, authority, certificates and the network's settings
towns_make() {
	local town
	for town in $yokohama $sapporo $hakodate; do
		watashi $town init --municipality $town >"$story/init-$town.txt" || return 1
		mkdir -p "$story/authority/node-$town"
		# The private key stays with the town; the authority sees its public half.
		certtool --load-privkey "$story/node-$town.keys/sign.key" --pubkey-info --no-text \
			--outfile "$story/authority/node-$town/sign.pub" || return 1
	done
	"$top/scripts/demo-authority" "$story/authority" || return 1
	for town in $yokohama $sapporo $hakodate; do
		cp "$story/authority/node-$town/"{tls.key,tls.crt,sign.crt,authority.crt} \
			"$story/authority/directory.pem" "$story/node-$town.keys/" &&
			cp "$story/authority/network_signer.crt" "$story/node-$town.keys/network.crt" || return 1
	done
	cat >"$story/net.conf" <<-END
		state = $story/net
		certificates = $story/authority
		wire = $top/data/wire
		permission = $top/data/net/permission.tsv
		capture = $story/capture
		retry_first_ms = 20
		retry_last_ms = 500
		[registrar]
		listen = 127.0.0.1:0
		[core]
		listen = 127.0.0.1:0
		[intermediary $yokohama]
		listen = 127.0.0.1:0
		[intermediary $sapporo]
		listen = 127.0.0.1:0
		[intermediary $hakodate]
		listen = 127.0.0.1:0
		[portal]
		listen = 127.0.0.1:0
	END
}
network_start() {
	rm -f "$story/net/ports"
	"$bin/src/net/watashi-net" --config "$story/net.conf" >"$story/net.out" 2>>"$story/net.log" &
	network_pid=$!
	towns_pids="$towns_pids $network_pid"
	within 60 test -s "$story/net/ports" || return 1
	# Started anew it listens where it did: the nodes need not be told.
	awk -F= -v ports="$story/net/ports" '
	BEGIN { while ((getline line < ports) > 0) { split(line, p, "="); port[p[1]] = p[2] } }
	/^\[/ { part = $0; gsub(/[][]/, "", part); sub(/ /, "-", part) }
	/^listen/ { $0 = "listen = 127.0.0.1:" port[part] }
	{ print }' "$story/net.conf" >"$story/net.conf.new" && mv "$story/net.conf.new" "$story/net.conf"
}
# town_start MUNICIPALITY: its node, joined to the network as it listens now
town_start() {
	local town=$1
	sed -i "s|^registrar_url =.*|registrar_url = https://127.0.0.1:$(towns_port registrar)|
		s|^intermediary_url =.*|intermediary_url = https://127.0.0.1:$(towns_port "intermediary-$town")|" \
		"$story/node-$town/watashi.conf"
	"$bin/watashid" --node "$story/node-$town" --today $today >"$story/node-$town.out" 2>>"$story/node-$town.log" &
	eval "town_pid_$town=$!"
	towns_pids="$towns_pids $!"
	within 60 grep -qs ready "$story/node-$town.out"
}
towns_start() {
	local town
	network_start || return 1
	for town in $yokohama $sapporo $hakodate; do
		town_start $town || return 1
	done
}
towns_stop() {
	local pid
	for pid in $towns_pids; do kill "$pid" 2>/dev/null; done
	for pid in $towns_pids; do wait "$pid" 2>/dev/null; done
	towns_pids=
}
