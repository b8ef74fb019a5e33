"""The whole product on one machine: server, gateway and a simulated line.

``goodpart.demo.line`` is the line: a process of its own that speaks OPC UA as the PLC and HTTP as the camera. The
gateway reaches it through the drivers and settings that a real line would need, so no gateway code knows of it.
"""
