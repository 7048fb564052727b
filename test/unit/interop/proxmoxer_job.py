"""An everyday job done with proxmoxer, a client that knows nothing of our simulator. Prints one JSON line per step."""

import json
import os
import sys
import time

from proxmoxer import ProxmoxAPI
from proxmoxer.core import ResourceException
from proxmoxer.tools import Tasks

access = json.loads(sys.stdin.readline())


def say(step, value):
    print(json.dumps({"step": step, "value": value}), flush=True)


def finish(api, upid):
    status = Tasks.blocking_status(api, upid, timeout=60, polling_interval=0.05)
    return status["exitstatus"]


def refusal(action):
    try:
        action()
    except ResourceException as error:
        return [error.status_code, error.content, error.errors]
    return "done"


host, port = access["url"].removeprefix("https://").rsplit(":", 1)
# The certificate is checked against the simulator's own, as a CA file.
common = {"port": int(port), "verify_ssl": access["ca"]}
by_password = ProxmoxAPI(host, user=access["user"], password=access["password"], **common)
user, name = access["tokenId"].split("!")
api = ProxmoxAPI(host, user=user, token_name=name, token_value=access["tokenSecret"], **common)

say("version by ticket", by_password.version.get()["release"])
say("version by token", api.version.get()["release"])
say("nodes", sorted((node["node"], node["status"]) for node in api.nodes.get()))
say("guests", len(api.cluster.resources.get(type="vm")))
say("nextid", api.cluster.nextid.get())

node = api.nodes("pve1")
say("create", finish(api, node.qemu.create(vmid=900, name="from-proxmoxer", cores=2, memory=2048, scsihw="virtio-scsi-single",
                                           scsi0="local-lvm:8,discard=on", net0="virtio,bridge=vmbr0", tags="proxmoxer;test", ostype="l26")))
vm = node.qemu(900)
config = vm.config.get()
say("config", {key: config[key] for key in ("name", "cores", "memory", "tags", "scsihw")})
say("disk", config["scsi0"])
say("start", finish(api, vm.status.start.post()))
say("running", vm.status.current.get()["status"])
say("snapshot", finish(api, vm.snapshot.create(snapname="before", description="by proxmoxer")))
say("snapshots", sorted(snapshot["name"] for snapshot in vm.snapshot.get()))
vm.config.set(cores=4)
say("pending", [entry["pending"] for entry in vm.pending.get() if entry["key"] == "cores"])
say("destroy while running", refusal(lambda: node.qemu(900).delete()))
say("rollback", finish(api, vm.snapshot("before").rollback.post()))
say("delete snapshot", finish(api, vm.snapshot("before").delete()))
say("stop", finish(api, vm.status.stop.post()))
say("destroy", finish(api, vm.delete(purge=1)))
say("gone", refusal(lambda: vm.config.get()))

template = next(volume["volid"] for volume in node.storage("local").content.get(content="vztmpl") if "alpine" in volume["volid"])
say("create container", finish(api, node.lxc.create(vmid=901, hostname="ct-from-proxmoxer", ostemplate=template, rootfs="local-lvm:2", memory=256,
                                                    net0="name=eth0,bridge=vmbr0,ip=dhcp", unprivileged=1, start=1)))
container = node.lxc(901)
say("container", [container.status.current.get()["status"], container.config.get()["hostname"]])
say("snapshot container", finish(api, container.snapshot.create(snapname="one")))
say("stop container", finish(api, container.status.stop.post()))
say("destroy container", finish(api, container.delete()))

iso = os.path.join(access["folder"], "tiny.iso")
with open(iso, "wb") as file:
    file.write(b"\0" * 65536)
with open(iso, "rb") as file:
    upid = node.storage("local").upload.post(content="iso", filename=file)
say("upload", finish(api, upid))
say("uploaded", [[volume["volid"], volume["size"]] for volume in node.storage("local").content.get(content="iso") if "tiny" in volume["volid"]])
say("wrong parameter", refusal(lambda: node.qemu.create(vmid=5, cores="many")))
say("status of nowhere", refusal(lambda: api.nodes("pve1").storage("nowhere").status.get()))
