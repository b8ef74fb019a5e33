"""The result of a part in a PLC, over OPC UA."""

from goodpart.gateway.outputs.opcua.output import OpcUaOutput

__all__ = ["OpcUaOutput"]
