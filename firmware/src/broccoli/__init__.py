"""Broccoli on a board: a member of a cluster with a bounded queue, one worker and a few kilobytes of memory."""

from broccoli.tasks import source, task
