"""What the control plane, CloudFormation and Terraform say of an authorizer or target that was not taken."""

from __future__ import annotations

from agentcore_probe.model.sentence import Sentence

SENTENCES: tuple[Sentence, ...] = ()
