"""The part count of a PLC, over OPC UA. A change of ``NODE.Part.Sequence`` is the trigger."""

from goodpart.gateway.triggers.opcua.trigger import OpcUaTrigger

__all__ = ["OpcUaTrigger"]
