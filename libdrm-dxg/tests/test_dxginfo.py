#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""dxginfo on made-up machines: each layer missing once, text and JSON.

The first argument is dxginfo with the mock driver inside, the second the real
one. A machine is a folder with a sysfs and a /dev.
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest

MOCK, REAL = sys.argv[1:3]

VGPU = "6e382d18-3336-4f4b-acc4-2b7703d4df4a"
GLOBAL = "dde9cbc0-5060-4436-9448-ea1254a5d177"
INSTANCE = "03020100-0504-0706-8877-665544332211"
ORDER = ["pci-function", "vmbus-channels", "driver-bound", "protocol-version", "io-space",
         "node", "permission"]


class Machine:
    """A complete machine with one adapter; tests take things out."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.root = self.folder.name
        self.function = self.add_function("0000:00:02.0", "0x008e", 128)
        self.write("sys/bus/pci/devices/0000:00:01.0/vendor", "0x1414\n")
        self.write("sys/bus/pci/devices/0000:00:01.0/device", "0x5353\n")
        self.add_channel("global", GLOBAL, "11111111-2222-3333-4444-555555555555")
        self.add_channel("vgpu", VGPU, INSTANCE)
        self.write("sys/module/dxg/refcnt", "0\n")

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data if isinstance(data, bytes) else data.encode())

    def remove(self, name):
        subprocess.run(["rm", "-r", self.path(name)], check=True)

    def config(self, version, size=256):
        """Configuration space with the host's own words."""
        data = bytearray(256)
        data[0xC0:0xD0] = bytes(range(8)) + bytes.fromhex("8877665544332211")
        data[0xD0:0xD4] = version.to_bytes(4, "little")
        return bytes(data[:size])

    def add_function(self, address, device, minor):
        base = f"sys/bus/pci/devices/{address}"
        self.write(f"{base}/vendor", "0x1414\n")
        self.write(f"{base}/device", f"{device}\n")
        self.write(f"{base}/config", self.config(40))
        self.write(f"{base}/drm/renderD{minor}/dev", f"226:{minor}\n")
        self.write(f"{base}/drm/card{minor - 128}/dev", f"226:{minor - 128}\n")
        self.write(f"{base}/dxg/state", "running\n")
        self.write(f"{base}/dxg/description", b"evil \x1b]0;title\x07\n")
        os.symlink("../../../../bus/pci/drivers/dxg", self.path(f"{base}/driver"))
        self.write(f"dev/dri/renderD{minor}", "")
        self.write(f"dev/dri/card{minor - 128}", "")
        return base

    def add_channel(self, name, class_id, instance):
        self.write(f"sys/bus/vmbus/devices/{name}/class_id", f"{{{class_id}}}\n")
        self.write(f"sys/bus/vmbus/devices/{name}/device_id", f"{{{instance}}}\n")

    def run(self, *args, program=MOCK):
        env = dict(os.environ, DXGINFO_SYSFS=self.path("sys"), DXGINFO_DEV=self.path("dev"),
                   DXGINFO_PROC=self.path("proc"))
        return subprocess.run([program, *args], env=env, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=30)

    def json(self):
        """Exit code and document."""
        result = self.run("--json")
        return result.returncode, json.loads(result.stdout)


def layers(document):
    """States by name, of the only adapter or of the machine."""
    where = document["adapters"][0] if document["adapters"] else document
    found = {layer["name"]: (layer["state"], layer["text"]) for layer in where["layers"]}
    assert list(found) == ORDER
    return found


class Complete(unittest.TestCase):
    def test_json(self):
        code, document = Machine().json()
        self.assertEqual(code, 0)
        self.assertTrue(document["works"])
        adapter, = document["adapters"]
        self.assertEqual({state for state, _ in layers(document).values()}, {"pass"})
        self.assertEqual(adapter["luid"], "0x1122334455667788")
        self.assertEqual(adapter["description"], 'Test "GPU" ?[31m?é')
        self.assertEqual(adapter["channel"], INSTANCE)
        self.assertEqual(adapter["gpu_vendor_id"], 0x10DE)
        self.assertEqual(adapter["driver_version"], "1.2")
        self.assertEqual(adapter["capabilities"]["async_messages"], True)
        self.assertEqual(adapter["capabilities"]["compute_only"], False)
        self.assertEqual([e["class"] for e in adapter["engines"]], ["3D", "copy"])
        self.assertEqual(adapter["engines"][1]["name"], "Copy ?[0m")
        self.assertEqual(adapter["host"]["wddm_version"], 2700)
        self.assertNotIn("wddm_2_7_caps", adapter["host"])
        self.assertEqual(adapter["host"]["driver_description"], "Driver?")
        self.assertEqual(adapter["sysfs"],
                         {"state": "running", "description": "evil ?]0;title?"})

    def test_memory(self):
        _, document = Machine().json()
        memory = document["adapters"][0]["memory"]
        self.assertEqual([r["class"] for r in memory], ["local", "nonlocal"])
        self.assertEqual([r["budget"] for r in memory], [1000, 2000])

    def test_clients(self):
        machine = Machine()
        keys = "drm-driver:\tdxg\ndrm-client-id:\t%d\ndrm-pdev:\t%s\ndrm-total-system:\t64 KiB\n"
        ours = "0000:00:02.0"
        machine.write("proc/7/comm", "ga\x07me\n")
        machine.write("proc/7/fdinfo/3", keys % (11, ours))
        machine.write("proc/7/fdinfo/4", keys % (11, ours))
        machine.write("proc/7/fdinfo/5", keys % (12, "0000:00:03.0"))
        machine.write("proc/8/comm", "other\n")
        machine.write("proc/8/fdinfo/0", "pos:\t0\n")
        machine.write("proc/8/fdinfo/3", keys.replace("dxg", "vgem") % (13, ours))
        machine.write("proc/uptime", "1\n")
        _, document = machine.json()
        client, = document["adapters"][0]["clients"]
        self.assertEqual(client, {"pid": 7, "name": "ga?me", "client_id": "11",
                                  "drm-total-system": "64 KiB"})
        self.assertIn(b"client 11, process 7", machine.run().stdout)

    def test_text(self):
        machine = Machine()
        result = machine.run()
        text = result.stdout.decode("utf-8")
        self.assertEqual(result.returncode, 0, text)
        self.assertEqual(result.stderr, b"")
        self.assertFalse([c for c in text if ord(c) < 32 and c != "\n"])
        for word in ("0000:00:02.0", "1414:008e", "0x1122334455667788", "10de:2684", "1.2",
                     "renderD128", "card0", "1048576 bytes", "running", "3D"):
            self.assertIn(word, text)
        self.assertNotIn("pci-function", text)
        self.assertLess(text.count("\n"), 50)
        self.assertIn("permission         pass", machine.run("--layers").stdout.decode())

    def test_several(self):
        machine = Machine()
        machine.add_function("0000:00:03.0", "0x008a", 129)
        machine.write("sys/bus/pci/devices/0000:00:03.0/config", machine.config(27))
        machine.add_channel("vgpu2", VGPU, "11111111-0504-0706-8877-665544332211")
        code, document = machine.json()
        self.assertEqual(code, 0)
        self.assertEqual([a["pci_id"] for a in document["adapters"]],
                         ["1414:008e", "1414:008a"])

    def test_without_privilege(self):
        machine = Machine()
        machine.write(machine.function + "/config", machine.config(40, size=64))
        code, document = machine.json()
        self.assertEqual(code, 0)
        self.assertNotIn("channel", document["adapters"][0])


class Missing(unittest.TestCase):
    """One layer less each time: that one fails and says why."""

    def expect(self, machine, name, word, others=None, below_unknown=()):
        code, document = machine.json()
        found = layers(document)
        self.assertEqual(code, 1)
        self.assertFalse(document["works"])
        self.assertEqual(found[name][0], "fail", found)
        self.assertIn(word, found[name][1])
        # Everything below is fine.
        for below in ORDER[:ORDER.index(name)]:
            want = "unknown" if below in below_unknown else "pass"
            self.assertEqual(found[below][0], want, found)
        for other, state in (others or {}).items():
            self.assertEqual(found[other][0], state, found)
        lines = machine.run().stdout.decode()
        self.assertRegex(lines, rf"{name} +fail ")

    def test_pci(self):
        machine = Machine()
        machine.remove(machine.function)
        self.expect(machine, "pci-function", "GPU partition",
                    {"node": "unknown", "driver-bound": "unknown", "vmbus-channels": "pass"})

    def test_no_guest_at_all(self):
        machine = Machine()
        machine.remove("sys/bus")
        machine.remove("sys/module")
        self.expect(machine, "pci-function", "no guest of Hyper-V",
                    {"vmbus-channels": "fail", "driver-bound": "fail"})

    def test_vmbus(self):
        machine = Machine()
        machine.remove("sys/bus/vmbus")
        self.expect(machine, "vmbus-channels", "hv_vmbus")

    def test_global_channel(self):
        machine = Machine()
        machine.remove("sys/bus/vmbus/devices/global")
        self.expect(machine, "vmbus-channels", "global channel is missing")

    def test_own_channel(self):
        machine = Machine()
        machine.add_channel("vgpu", VGPU, "99999999-0504-0706-8877-665544332211")
        self.expect(machine, "vmbus-channels", INSTANCE)

    def test_too_few_channels(self):
        machine = Machine()
        machine.remove("sys/bus/vmbus/devices/vgpu")
        machine.write(machine.function + "/config", machine.config(40, size=64))
        self.expect(machine, "vmbus-channels", "1 PCI functions, but 0 channels")

    def unbound(self):
        machine = Machine()
        machine.remove(machine.function + "/driver")
        machine.remove(machine.function + "/drm")
        return machine

    def test_module(self):
        machine = self.unbound()
        machine.remove("sys/module")
        self.expect(machine, "driver-bound", "modprobe dxg",
                    {"protocol-version": "pass", "io-space": "unknown", "node": "fail"})

    def test_not_bound(self):
        self.expect(self.unbound(), "driver-bound", "kernel log")

    def test_other_driver(self):
        machine = self.unbound()
        os.symlink("../drivers/dxgkrnl", machine.path(machine.function + "/driver"))
        self.expect(machine, "driver-bound", "dxgkrnl")

    def test_protocol(self):
        machine = self.unbound()
        machine.write(machine.function + "/config", machine.config(20))
        code, document = machine.json()
        self.assertEqual(code, 1)
        self.assertEqual(layers(document)["protocol-version"][0], "fail")
        self.assertIn("20", layers(document)["protocol-version"][1])

    def test_old_host_without_version(self):
        machine = self.unbound()
        machine.write(machine.function + "/config", machine.config(0))
        self.assertEqual(layers(machine.json()[1])["protocol-version"],
                         ("pass", "the host offers 27"))

    def test_driver_made_no_node(self):
        machine = Machine()
        machine.remove(machine.function + "/drm")
        machine.write(machine.function + "/dxg/state", "waiting: no global channel\n")
        self.expect(machine, "node", "the driver is waiting: no global channel",
                    {"permission": "unknown"}, below_unknown=("io-space",))

    def test_node_in_sysfs_only(self):
        machine = Machine()
        machine.remove("dev/dri/renderD128")
        code, document = machine.json()
        found = layers(document)
        self.assertEqual((code, found["node"][0], found["permission"][0]),
                         (1, "fail", "unknown"))
        self.assertIn("udev", found["node"][1])

    def test_node_of_something_else(self):
        # The real program: an empty file is no DRM node.
        machine = Machine()
        result = machine.run("--json", program=REAL)
        found = layers(json.loads(result.stdout))
        self.assertEqual(result.returncode, 1)
        self.assertEqual(found["node"][0], "fail")
        self.assertIn("ioctl", found["node"][1])

    def test_permission(self):
        machine = Machine()
        os.chmod(machine.path("dev/dri/renderD128"), 0)
        os.chmod(machine.root, 0o755)
        if os.geteuid():
            return self.expect(machine, "permission", "group render")
        # Root may open anything: look at it as somebody else.
        env = dict(os.environ, DXGINFO_SYSFS=machine.path("sys"), DXGINFO_DEV=machine.path("dev"))
        with tempfile.TemporaryDirectory() as folder:
            program = os.path.join(folder, "dxginfo")
            subprocess.run(["cp", MOCK, program], check=True)
            os.chmod(folder, 0o755)
            result = subprocess.run([program, "--json"], env=env, stdout=subprocess.PIPE,
                                    user=65534, group=65534, extra_groups=[], timeout=30)
        found = layers(json.loads(result.stdout))
        self.assertEqual(result.returncode, 1)
        self.assertEqual(found["node"][0], "pass")
        self.assertEqual(found["permission"][0], "fail")
        self.assertIn("group render", found["permission"][1])


class Arguments(unittest.TestCase):
    def test_wrong(self):
        for args in (["--bad"], ["extra"], ["--json", "extra"], ["--json=1"], ["-x"]):
            result = Machine().run(*args, program=REAL)
            self.assertEqual(result.returncode, 2, args)
            self.assertEqual(result.stdout, b"")
            self.assertIn(b"Usage: dxginfo", result.stderr)

    def test_help_and_version(self):
        result = Machine().run("--help", program=REAL)
        self.assertEqual((result.returncode, result.stderr), (0, b""))
        self.assertIn(b"--json", result.stdout)
        result = Machine().run("--version", program=REAL)
        self.assertRegex(result.stdout, rb"^dxginfo \d+\.\d+\.\d+\n$")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
