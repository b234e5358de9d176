# Runs one throw-away PostgreSQL and removes every trace of it once standard input ends, that is, when the process
# that holds the other end stops it or dies, however it dies. Prints nothing unless the server fails or ends.
#
# Arguments: task, program directory, work directory, socket directory (may be the same). For the task `keep`, which
# makes those directories, also: initdb's options as one word-split string, then the lines of postgresql.conf.
# The task `sweep` only cleans up, for when keepers were killed.
#
# This shell waits for the server and reports its end; a second one, the watcher, waits for the end of input and cleans
# up, also when this shell was killed. Standard output stays open until both are gone.

task=$1 programs=$2 work=$3 sockets=$4
shift 4

umask 077
cd / || exit
# Only the end of input ends a keeper: signals meant for the whole process group or service are not for it.
trap '' HUP INT TERM PIPE
exec 3<&0 </dev/null

wait_for_end_of_input() {
    read -r _ <&3
}

remove_directories() {
    rm -rf "$work" "$sockets"
}

fail() {
    echo "$1"
    wait_for_end_of_input
    sweep_after_crash
    remove_directories
    exit 1
}

# `running` goes when the server was waited for; its number must not be signalled after that, it may be another's.
# A server that was suspended, or whose end nobody waits for, is left to the sweep after ten seconds.
end_server() {
    rounds=0
    while [ -e "$work/running" ] && kill -QUIT "$server" && [ $((rounds += 1)) -le 500 ]; do sleep 0.02; done
}

# A lock file that is still there tells of a crash, such as kill -9 of the postmaster or a panic on a full disk: busy
# backends run on and shared memory stays allocated. Backends are known by their working directory; a check run, as
# initdb makes them, adopts the memory and frees it, and needs nothing of the data but some space on the disk.
sweep_after_crash() {
    [ -e "$work/data/postmaster.pid" ] || return
    for link in /proc/[0-9]*/cwd; do
        # shellcheck disable=SC3013
        [ "$link" -ef "$work/data" ] || continue
        process=${link#/proc/}
        kill -KILL "${process%/cwd}"
    done
    # Without the lock file, as a postmaster that is dead but not yet reaped would still seem to own it.
    rm -rf "$work/data/postmaster.pid" "$work/data/base" "$work/data/pg_wal"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        "$programs/postgres" --check -D "$work/data" >/dev/null && return
        sleep 0.05
    done
}

if [ "$task" = sweep ]; then
    sweep_after_crash >/dev/null 2>&1
    remove_directories
    exit
fi

initdb_options=$1
shift
mkdir "$work" || exit
[ "$sockets" = "$work" ] || mkdir "$sockets" || fail "mkdir $?"

# shellcheck disable=SC2086
"$programs/initdb" -D "$work/data" $initdb_options >>"$work/log" 2>&1 3<&- || fail "initdb $?"
printf '%s\n' "$@" >>"$work/data/postgresql.conf" || fail "postgresql.conf $?"

mkdir "$work/running" || fail "mkdir $?"
"$programs/postgres" -D "$work/data" -k "\"$sockets\"" >"$work/log" 2>&1 3<&- &
server=$!

(
    wait_for_end_of_input
    end_server
    sweep_after_crash
    remove_directories
) 2>/dev/null &
watcher=$!

wait "$server" 2>/dev/null
status=$?
rmdir "$work/running"
echo "postgres $status"
wait "$watcher"
