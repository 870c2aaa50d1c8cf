"""What the store holds in the formats of other tools; docs/exports.md says what each can hold.

`kg.exports.write.export` makes an export, `kg.exports.formats.FORMATS` lists the formats.
"""
