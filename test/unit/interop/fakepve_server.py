"""fakepve, told what to do line by line: {"do": <method of FakePve>, "with": [arguments]}. Each line is answered with one line of JSON."""

import asyncio
import json
import sys
import tempfile

from fakepve import FakePve
from fakepve.certs import make_cert


def plain(value):
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else repr(value)


async def main():
    with tempfile.TemporaryDirectory() as folder:
        certfile, keyfile, _ = make_cert(folder)
        pve = FakePve(user="root@pam", password="secret", host="127.0.0.1", port=0)
        pve.time_scale = 0.01
        pve.add_node("pve1")
        pve.add_node("pve2")
        pve.add_vm(100, "web", node="pve1", status="stopped", config={"scsi0": "local-lvm:vm-100-disk-0", "memory": "2048", "cores": 2})
        pve.add_vm(101, "db", node="pve2", status="running")
        await pve.start(certfile, keyfile)
        with open(certfile) as file:
            print(json.dumps({"url": pve.url, "certificate": file.read()}), flush=True)
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            order = json.loads(line)
            try:
                result = getattr(pve, order["do"])(*order.get("with", []), **order.get("named", {}))
                if asyncio.iscoroutine(result):
                    result = await result
                print(json.dumps({"result": plain(result)}), flush=True)
            except Exception as error:  # told to the test, which fails on it
                print(json.dumps({"error": repr(error)}), flush=True)


asyncio.run(main())
