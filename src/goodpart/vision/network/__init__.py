"""What a network from elsewhere asks of a machine, found out before an engine sees it.

Engines trust a network more than a file from elsewhere deserves: some loop for ever over one whose nodes form a circle,
open a file that a tensor names, need minutes for tens of thousands of nodes, or fold constants of any size while they
load. So a network is read here first, with a reader of its own that needs no ONNX library:

    protobuf     the wire format, a bounded number of fields
    reading      one graph: its nodes in order, with constants that are as long as they say
    operators    the shapes that each operator makes of its inputs, and the multiplications that this takes; with
                 `layouts` and `windows`
    numbers      the values of the small tensors that sizes are computed from
    sizes        all of it for a picture of one size, within limits

What holds of a network that passes: it is read in well under a second; it has at most `MOST_NODES` nodes, of operators
that are known here; and for pictures of that size no tensor, no set of tensors in use at one time, and no sum of
multiplications is beyond the limits of `sizes`. How long an engine takes to compile so many nodes, and how much memory
it takes beside the tensors, is the engine's matter: seconds and a small multiple, as far as was seen.
"""
