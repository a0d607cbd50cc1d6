"""A client of a cluster that sends a command once."""

import logging
import threading
from collections.abc import Iterable
from typing import Any

from redis import exceptions
from redis.backoff import NoBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import AskError, ClusterError, MovedError, SlotNotCoveredError
from redis.retry import Retry

from counter.repository.breaker import Breaker

log = logging.getLogger(__name__)

REDIRECTIONS = 5
KEY_AFTER = {"EVAL": 3, "EVALSHA": 3}
"""Where a command has its first key, if not right after its name."""


class Cluster(RedisCluster):
    """RedisCluster, but for what it does about failures.

    A node that says MOVED or ASK has not executed the command, so another one is sent it. After a lost connection or a
    time-out nobody knows, so that is an error; who owns which keys is then asked for aside, by one thread, so that
    requests wait for one answer of one node and not for all nodes in turn.
    """

    def __init__(self, hosts: Iterable[tuple[str, int]], **options: Any) -> None:
        self._learning = threading.Lock()
        self._breakers: dict[str, Breaker] = {}  # a node that hangs must not hold up what is on others
        try:
            super().__init__(
                startup_nodes=[ClusterNode(host, port) for host, port in hosts],  # type: ignore[no-untyped-call]
                retry=Retry(NoBackoff(), 0),
                # The names in the URL stay good when all nodes have got other addresses.
                dynamic_startup_nodes=False,
                require_full_coverage=False,
                **options,
            )
        except IndexError:
            raise ClusterError("no node has any slot") from None

    def execute_command(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().execute_command(*args, **kwargs)  # type: ignore[no-untyped-call]
        except (exceptions.ConnectionError, exceptions.TimeoutError, ClusterError, SlotNotCoveredError):
            self._learn()
            raise

    def determine_slot(self, *args: Any) -> int:
        """Return the slot of a command's first key; redis-py would ask a node where the keys are."""
        return int(self.keyslot(args[KEY_AFTER.get(args[0], 1)]))  # type: ignore[no-untyped-call]

    def pipeline(self, transaction: bool | None = None, shard_hint: Any = None) -> Any:
        """Refuse: redis-py's sends again whatever got no answer. A script does in one go what belongs together."""
        del transaction, shard_hint
        raise RuntimeError("a pipeline is sent again when no answer comes; write a script")

    def _execute_command(self, target_node: ClusterNode, *args: Any, **kwargs: Any) -> Any:
        node, asking = target_node, False
        for _ in range(1 + REDIRECTIONS):
            try:
                return self._send(node, asking, *args, **kwargs)
            except MovedError as moved:
                self.nodes_manager.move_slot(moved)
                node, asking = self.nodes_manager.get_node_from_slot(moved.slot_id), False
                self._learn()
            except AskError as elsewhere:
                node, asking = self._node(elsewhere.host, elsewhere.port), True
        raise ClusterError("sent from node to node")

    def _send(self, node: ClusterNode, asking: bool, *args: Any, **kwargs: Any) -> Any:
        breaker = self._breakers.setdefault(node.name, Breaker())
        if not breaker.lets_through():
            raise exceptions.ConnectionError("a node hangs")
        with breaker.watching(exceptions.ConnectionError, exceptions.TimeoutError):
            return self._ask(node, asking, *args, **kwargs)

    def _ask(self, node: ClusterNode, asking: bool, *args: Any, **kwargs: Any) -> Any:
        redis: Any = self.get_redis_connection(node)
        if not asking:
            return redis.execute_command(*args, **kwargs)
        both = redis.pipeline(transaction=False)
        both.execute_command("ASKING")
        both.execute_command(*args, **kwargs)
        return both.execute()[1]

    def _node(self, host: str, port: int) -> ClusterNode:
        return self.get_node(host, port) or ClusterNode(host, port)  # type: ignore[no-untyped-call]

    def _learn(self) -> None:
        """Let one thread ask who owns which keys."""
        if self._learning.acquire(blocking=False):
            try:
                threading.Thread(target=self._ask_the_nodes, daemon=True).start()
            except RuntimeError:  # no thread to be had: whoever is sent wrong next tries again
                self._learning.release()
                log.warning("no thread to ask for the cluster's nodes")

    def _ask_the_nodes(self) -> None:
        try:
            self.nodes_manager.initialize()
        except Exception as error:
            log.warning("the cluster does not tell its nodes", extra={"reason": type(error).__name__})
        finally:
            self._learning.release()
