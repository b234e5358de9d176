"""Dependency theory: closures, covers, keys, normal forms and decompositions of one relation.

Sets of attributes are integers, one bit an attribute (`attributes.Attributes` gives the bits their names); a dependency
is a pair of them. The functions know nothing of designs; `passes.normalize` brings the two together.
"""
