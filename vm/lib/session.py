# SPDX-License-Identifier: GPL-2.0
"""One guest's life: from QEMU's start to the command's status, through reboots,
panics, hangs and signals. One thread, one loop.
"""

import errno
import fcntl
import json
import os
import re
import select
import selectors
import signal
import struct
import sys
import termios
import time
import tty

import agent

HUNG, BROKEN = 124, 125
OFF_LIMIT = 300			# seconds from the command's end to the machine's
READ = 65536


class Ended(Exception):
    """The guest's life is over: the status for vm/run, and what to say of it."""

    def __init__(self, status, text=None, log=False):
        super().__init__(text)
        self.status, self.text, self.log = status, text, log


def console_lines(path):
    try:
        with open(path, "rb") as f:
            f.seek(max(0, os.fstat(f.fileno()).st_size - (1 << 20)))
            return f.read().decode(errors="replace").replace("\r", "").splitlines()
    except FileNotFoundError:
        return []


def panic_line(path, start=0):
    """The kernel's last words in the console log from byte @start on, if it had any."""
    try:
        with open(path, "rb") as f:
            f.seek(start)
            m = re.search(rb"Kernel panic - not syncing[^\r\n]*", f.read())
    except FileNotFoundError:
        return None
    return m.group(0).decode(errors="replace") if m else None


class Session:
    """@message(boot) makes the start message of a boot; @at_end runs after the command."""

    def __init__(self, machine, message, reboots, timeout, want_tty, at_end):
        self.m, self.message, self.reboots = machine, message, reboots
        self.timeout, self.want_tty, self.at_end = timeout, want_tty, at_end
        self.sel = selectors.PollSelector()
        self.decoder = agent.Decoder()
        self.qmp = self.port = None
        self.qmp_buffer = b""
        self.boot, self.greeted, self.started = 0, False, False
        self.credit = agent.CREDIT
        self.stdin_open = True
        self.status = None		# the command's
        self.shutdown = None		# QEMU's reason
        self.console_from = 0		# where this boot's console begins
        self.deadline = None
        self.saved_tty = None

    # ---- set up and tear down ----

    def _signals(self):
        self.wake, w = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(w, warn_on_full_buffer=False)
        for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGCHLD,
                  signal.SIGWINCH):
            if signal.getsignal(s) != signal.SIG_IGN or s == signal.SIGCHLD:
                signal.signal(s, lambda *_: None)
        self.sel.register(self.wake, selectors.EVENT_READ, self._on_signal)

    def _raw(self):
        if self.want_tty and os.isatty(0):
            self.saved_tty = termios.tcgetattr(0)
            tty.setraw(0)

    def _cooked(self):
        if self.saved_tty:
            termios.tcsetattr(0, termios.TCSADRAIN, self.saved_tty)
            self.saved_tty = None

    def run(self, words):
        """Start QEMU with @words. Returns by raising Ended."""
        self._signals()
        listeners = [self.m.listen("qmp.sock"), self.m.listen("agent.sock")]
        for s, fn in zip(listeners, (self._qmp_here, self._port_here)):
            self.sel.register(s, selectors.EVENT_READ, (fn, s))
        self.m.start(words)
        self.deadline = time.monotonic() + self.timeout if self.timeout else None
        try:
            while True:
                self._step()
        finally:
            self._cooked()

    def _step(self):
        left = None
        if self.deadline:
            left = self.deadline - time.monotonic()
            if left <= 0:
                self._too_late()
        for key, _ in self.sel.select(left):
            if isinstance(key.data, tuple):
                key.data[0](key.data[1])
            else:
                key.data()

    def _too_late(self):
        if self.status is not None:
            raise Ended(HUNG, "the guest did not power off within %d s after the command's end"
                        % OFF_LIMIT, log=True)
        what = ("the command did not end" if self.started else
                "the guest did not come up")
        raise Ended(HUNG, "%s within %g s" % (what, self.timeout), log=True)

    # ---- signals and the end of QEMU ----

    def _on_signal(self):
        for s in os.read(self.wake, 64):
            if s == signal.SIGCHLD:
                self._check_qemu()
            elif s == signal.SIGWINCH:
                self._send(b"W", struct.pack("<HH", *self.window()))
            elif s == signal.SIGINT and self.saved_tty:
                continue
            else:
                raise Ended(128 + s)

    def _check_qemu(self):
        if self.m.process.poll() is None:
            return
        # What it said last may still be in its sockets.
        if self.qmp:
            self._from_qmp(final=True)
        if self.port:
            self._from_port(final=True)
        panic = panic_line(self.m.console, self.console_from)
        if panic:
            raise Ended(BROKEN, "the guest panicked: " + panic, log=True)
        if self.status is not None and self.shutdown == "guest-shutdown":
            raise Ended(self.status)
        if self.shutdown == "guest-reset":
            raise Ended(BROKEN, "the guest rebooted unexpectedly", log=True)
        if self.shutdown == "guest-shutdown":
            raise Ended(BROKEN, "the guest powered off before the command ended", log=True)
        with open(self.m.path("qemu.log"), encoding="utf-8", errors="replace") as f:
            said = f.read().strip().splitlines()
        code = self.m.process.returncode
        how = "was killed by signal %d" % -code if code < 0 else "ended with status %d" % code
        raise Ended(BROKEN, "QEMU %s%s" % (how, ": " + said[-1] if said else ""), log=True)

    # ---- QEMU's monitor ----

    def _qmp_here(self, listener):
        self.qmp, _ = listener.accept()
        self.sel.unregister(listener)
        listener.close()
        self.qmp.setblocking(False)
        self.sel.register(self.qmp, selectors.EVENT_READ, self._from_qmp)

    def _from_qmp(self, final=False):
        data = b""
        try:
            data = self.qmp.recv(READ)
            if not data and not final:
                self.sel.unregister(self.qmp)
        except BlockingIOError:
            pass
        except ConnectionError:
            if not final:
                self.sel.unregister(self.qmp)
        self.qmp_buffer += data
        *lines, self.qmp_buffer = self.qmp_buffer.split(b"\n")
        for line in lines:
            if line.strip():
                self._qmp_message(json.loads(line))

    def _qmp_send(self, command):
        try:
            self.qmp.sendall(json.dumps({"execute": command}).encode() + b"\n")
        except OSError:
            pass

    def _qmp_message(self, msg):
        if "QMP" in msg:
            self._qmp_send("qmp_capabilities")
            self._qmp_send("query-status")
        elif isinstance(msg.get("return"), dict) and msg["return"].get("running"):
            self.m.drop_ram_name()
        elif msg.get("event") == "SHUTDOWN":
            self.shutdown = msg["data"]["reason"]
        elif msg.get("event") == "RESET" and msg["data"]["guest"]:
            self._on_reset()

    def _on_reset(self):
        if self.port:
            self._from_port(final=True)
        panic = panic_line(self.m.console, self.console_from)
        if panic:
            raise Ended(BROKEN, "the guest panicked: " + panic, log=True)
        if self.status is not None:
            raise Ended(BROKEN, "the guest rebooted instead of powering off", log=True)
        if not self.greeted:
            return		# one reboot may reset the machine more than once
        if self.boot >= self.reboots:
            raise Ended(BROKEN, "the guest rebooted more than %d times" % self.reboots, log=True)
        self.boot += 1
        self.decoder.restart()
        self.greeted = self.started = False
        self.credit = agent.CREDIT
        self._watch_stdin(False)
        self.console_from = os.stat(self.m.console).st_size

    # ---- the guest's first process ----

    def _port_here(self, listener):
        self.port, _ = listener.accept()
        self.sel.unregister(listener)
        listener.close()
        self.sel.register(self.port, selectors.EVENT_READ, self._from_port)

    def _send(self, kind, data=b""):
        if self.port and self.greeted:
            try:
                self.port.sendall(agent.frame(kind, data))
            except ConnectionError:
                pass

    def _from_port(self, final=False):
        self.port.setblocking(False)
        try:
            while True:
                data = self.port.recv(READ)
                if not data:
                    if not final:
                        self.sel.unregister(self.port)
                    break
                self.decoder.feed(data)
                if not final:
                    break
        except BlockingIOError:
            pass
        except ConnectionError:
            if not final:
                self.sel.unregister(self.port)
        finally:
            self.port.setblocking(True)
        try:
            for kind, data in self.decoder:
                self._frame(kind, data)
        except (agent.ProtocolError, struct.error) as exc:
            raise Ended(BROKEN, "the guest's first process: %s" % exc, log=True) from exc

    def _frame(self, kind, data):
        if kind == b"H":
            if data != agent.HELLO:
                raise agent.ProtocolError("greeting %r" % data)
            self.greeted = True
            self.port.sendall(self.message(self.boot))
        elif not self.greeted:
            return
        elif kind in (b"O", b"E"):
            self._output(1 if kind == b"O" else 2, data)
        elif kind == b"R":
            self.started = True
            self._raw()
            self._watch_stdin(self.stdin_open)
        elif kind == b"C":
            self.credit += struct.unpack("<I", data)[0]
            self._watch_stdin(self.stdin_open)
        elif kind == b"F":
            raise Ended(BROKEN, "guest: " + data.decode(errors="replace"), log=False)
        elif kind == b"X":
            how, value = struct.unpack("<II", data)
            self._command_ended(128 + value if how else value)

    def _command_ended(self, status):
        self.status = status
        self._watch_stdin(False)
        self._cooked()
        self.at_end()
        self.deadline = time.monotonic() + OFF_LIMIT
        self._send(b"P")

    def _output(self, fd, data):
        while data:
            try:
                data = data[os.write(fd, data):]
            except BlockingIOError:
                select.select([], [fd], [])
            except OSError as exc:
                if exc.errno == errno.EPIPE:
                    raise Ended(128 + signal.SIGPIPE) from exc
                raise Ended(BROKEN, "cannot write the guest's output: %s" % exc.strerror) from exc

    # ---- the command's input ----

    def _watch_stdin(self, on):
        on = on and self.credit > 0
        try:
            self.sel.get_key(0)
            watched = True
        except KeyError:
            watched = False
        if on and not watched:
            self.sel.register(0, selectors.EVENT_READ, self._from_stdin)
        elif watched and not on:
            self.sel.unregister(0)

    def _from_stdin(self):
        try:
            data = os.read(0, min(self.credit, READ))
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._send(b"I", data)
        self.credit -= len(data)
        if not data:
            self.stdin_open = False
        self._watch_stdin(self.stdin_open)

    @staticmethod
    def window():
        try:
            return struct.unpack("HHHH", fcntl.ioctl(0, termios.TIOCGWINSZ, b"\0" * 8))[:2]
        except OSError:
            return 24, 80
