"""Questions of assistants, as tools of the Model Context Protocol.

- ``asked_tools``: the questions, each answered as the service answers it;
- ``tool_server``: the server with its tools, over standard input and output.
"""
