"""Percentiles in a line, and the memory of processes."""

import re
from pathlib import Path

from tests.support.processes import Product, _children


def line(name: str, seconds: list[float], limit: str = "") -> str:
    """One row: count, p50, p95, p99 and maximum in milliseconds."""
    ordered = sorted(seconds)
    parts = [f"p{q} {1000 * percentile(ordered, q):7.1f}" for q in (50, 95, 99)]
    most = f"max {1000 * ordered[-1]:7.1f}"
    return f"{name:<44} n={len(ordered):<5} {'  '.join(parts)}  {most} ms  {limit}".rstrip()


def percentile(ordered: list[float], q: int) -> float:
    """The q-th percentile of sorted values (nearest rank)."""
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * q // 100) - 1))]


def memory(product: Product) -> None:
    """Print the resident memory of each process, children included, in MB."""
    for name, process in product.running.items():
        pids = [process.pid, *_children(process.pid)]
        total = sum(_resident(pid) for pid in pids)
        print(f"memory {name:<37} {total / 1024:7.0f} MB")


def _resident(pid: int) -> int:
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmRSS:\s+(\d+)", status)
    return int(found[1]) if found else 0
