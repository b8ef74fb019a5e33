"""The vision core: from images of good parts to a proven verdict on every part.

frame › preprocessing           bytes → pixels → what the network sees
backbone › engine               a frozen network, and what runs it
detector                        statistics on its features, and their ONNX form
classifier                      what labelled defects add to them: types, a better score, better maps
training › threshold › verdict  good images → a candidate package → good | unsure | bad
package › inspector             one signed file → a look at a frame
evaluation › costs              figures on images with known verdicts, as a page too; the cheapest thresholds
explain                         the good patch that comes nearest to a strange place
progress                        how far any of this is
"""
