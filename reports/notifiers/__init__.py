"""Where notifications go: one file for each kind of destination, none knowing another.

notice     what is handed over, and its JSON
console    one line on the terminal
file       one JSON line in a file of the home
webhook    one signed POST
"""
