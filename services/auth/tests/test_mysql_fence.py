"""The fence on MySQL, where others write meanwhile."""

from concurrent.futures import ThreadPoolExecutor, wait

import pytest
from sqlalchemy import update

from auth import repository
from auth.models import User
from auth.use_cases import feed, fence
from services.auth.tests.site import Site
from services.auth.tests.test_fence import add_user

pytestmark = pytest.mark.containers


def test_a_name_given_meanwhile_is_the_last_one_told(mysql_site: Site) -> None:
    with mysql_site.opened() as auth, mysql_site.opened() as other, ThreadPoolExecutor(1) as pool:
        subject = add_user(auth, "ada")
        with auth.database.writing() as session:
            session.execute(update(User).values(username="countess"))
            repository.feed.append(session, "user.renamed", subject, "countess", ttl=60)
            telling = pool.submit(fence.tell_names, other)
            wait([telling], timeout=0.5)  # it has to wait for us; otherwise it would have read the old name by then
            session.commit()
        assert telling.result() == 1
        assert [event.value for event in feed.read(auth, feed.START, 10).items] == ["countess", "countess"]


def test_a_fence_and_logouts_do_not_end_each_other(mysql_site: Site) -> None:
    with mysql_site.opened() as auth, mysql_site.opened() as other, ThreadPoolExecutor(1) as pool:
        subject = add_user(auth, "ada")
        with auth.database.writing() as session:
            user = repository.users.hold(session, subject)
            assert user is not None
            putting_up = pool.submit(fence.put_up, other)
            wait([putting_up], timeout=0.5)
            user.version += 1
            repository.feed.append(session, "user.revoked", subject, str(user.version), ttl=60)
            session.commit()
        putting_up.result()
        assert [event.type for event in feed.read(auth, feed.START, 10).items] == ["user.revoked", "all.revoked"]
