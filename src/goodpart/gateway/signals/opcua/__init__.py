"""Machine state and heartbeats of a PLC, over OPC UA."""

from goodpart.gateway.signals.opcua.signals import OpcUaSignals

__all__ = ["OpcUaSignals"]
