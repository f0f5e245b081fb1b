"""A disk whose power can be cut: ext4 in a file, over a loop device, in a mount namespace of this
process. The file system's own shutdown ioctl makes it forget what is not on the device; mounting it
again replays its journal.

Nothing is left behind: the namespace ends with the process, the mount with it, and the loop device
with the mount.
"""

import ctypes
import fcntl
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess

import harness

FS_IOC_SHUTDOWN = 0x8004587D  # _IOR('X', 125, __u32), linux/fs.h, ext4.h
LOG_FLUSH = 1  # the journal gets to the device, files' bytes do not
NO_LOG_FLUSH = 2  # nothing does
IMAGE_BYTES = 192 << 20
# Beside the default: names may outlive the bytes of their files, and nothing is flushed out of
# kindness when a file is renamed over another one.
MOUNTS = ["data=ordered", "data=writeback,noauto_da_alloc", "data=ordered,commit=1"]


def _run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")


def _own_namespace():
    clone_newns = 0x00020000
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(clone_newns) != 0:
        raise OSError(f"unshare(CLONE_NEWNS): {os.strerror(ctypes.get_errno())}")
    _run("mount", "--make-rprivate", "/")


def stop(pid):
    """Until no thread runs; those within the disk (D) stop on their way out of the kernel."""
    os.kill(pid, signal.SIGSTOP)

    def is_still():
        states = [stat.read_text().rpartition(")")[2].split()[0]
                  for stat in pathlib.Path(f"/proc/{pid}/task").glob("*/stat")]
        return all(state in "TtDZX" for state in states)
    harness.wait_for(is_still, 10, "the daemon to stand still")


class Disk:
    """Mounted at `path` from the start on. `prng` chooses how it is mounted and how it is cut."""

    def __init__(self, directory, prng):
        self.image = pathlib.Path(directory) / "disk.img"
        self.path = pathlib.Path(directory) / "disk"
        self.prng = prng
        self.path.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(IMAGE_BYTES)
        _run("mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1,lazy_journal_init=1", self.image)
        self.mount()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.unmount()

    def mount(self):
        self.options = self.prng.choice(MOUNTS)
        _run("mount", "-t", "ext4", "-o", f"loop,{self.options}", self.image, self.path)

    def cut(self, pid=None, flag=None):
        """Nothing more reaches the device. The process goes with the power: it is stopped before,
        so that it sees nothing of it, and killed; an fdatasync that the shutdown finds half done
        may say that all went well, which with the power gone nobody would hear."""
        flag = flag or self.prng.choice([LOG_FLUSH, NO_LOG_FLUSH, NO_LOG_FLUSH])
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            if pid:
                stop(pid)
            fcntl.ioctl(descriptor, FS_IOC_SHUTDOWN, struct.pack("I", flag))
        finally:
            os.close(descriptor)
        if pid:
            os.kill(pid, signal.SIGKILL)

    def power_on(self):
        """Behind cut(), when nobody has a file open there."""
        self.unmount()
        self.mount()

    def unmount(self):
        _run("umount", self.path)


def enter_or_skip():
    """This process gets a mount namespace in which a disk can be made, and cut."""
    for tool in ("mkfs.ext4", "mount", "umount", "losetup"):
        if not shutil.which(tool):
            harness.skip(f"{tool} is not installed")
    with harness.Workspace() as directory:
        try:
            _own_namespace()
            with Disk(directory, random.Random(1)) as disk:
                (disk.path / "unsynced").write_text("lost")
                disk.cut(flag=NO_LOG_FLUSH)
                disk.power_on()
                if (disk.path / "unsynced").exists():
                    raise OSError("what was not synced is there after the cut")
        except OSError as problem:
            harness.skip(f"no disk can be made whose power can be cut: {problem}")
