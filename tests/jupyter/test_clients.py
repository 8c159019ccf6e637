"""What VS Code's Jupyter extension and jupyter console send to a kernel, as they send it, and what they need back."""

import subprocess
import sys

from jupyter_client.blocking import BlockingKernelClient
from kernel import PATIENCE

ENDLESS = 'println!("parti"); loop { std::hint::spin_loop() }'


def editor_cell(kernel, code, **changed):
    """A cell as VS Code runs it: what failed before stops nothing, and the metadata names the cell."""
    content = {"code": code, "silent": False, "stop_on_error": False, "allow_stdin": True, "store_history": True}
    metadata = {"cellId": "vscode-notebook-cell:/notebooks/essai.ipynb#W2sZmlsZQ%3D%3D", "tags": []}
    return kernel.ask("execute_request", content | changed, metadata=metadata)


def tail(kernel, **asked):
    content = {"hist_access_type": "tail", "raw": True, "output": False} | asked
    return kernel.said(kernel.ask("history_request", content)).content


def test_an_editor_that_asks_on_both_channels_until_it_hears_something_is_answered_each_time(kernel):
    asked = []
    for _ in range(3):
        asked.append((kernel.ask("kernel_info_request", {}, channel="control"), "control"))
        asked.append((kernel.ask("kernel_info_request", {}), "shell"))
    for request, channel in asked:
        content = kernel.answer(request, channel)["content"]
        assert (content["status"], content["language_info"]["file_extension"]) == ("ok", ".rs")
    # Whichever was last to be answered, everything was published by then.
    heard = {request: [] for request, _ in asked}
    while any(states[-1:] != ["idle"] for states in heard.values()):
        message = kernel.client.get_iopub_msg(timeout=PATIENCE)
        states = heard.get(message["parent_header"].get("msg_id"))
        if states is not None:
            states.append(message["content"]["execution_state"])
    assert all(states == ["busy", "idle"] for states in heard.values())


def test_what_an_editor_runs_for_itself_shows_its_output_and_is_neither_counted_nor_remembered(kernel):
    before = kernel.said(editor_cell(kernel, "1")).content["execution_count"]
    said = kernel.said(editor_cell(kernel, 'println!("pour lui"); let of_editor = 2; of_editor', store_history=False))
    assert (said.text(), said.value, said.content["execution_count"]) == ("pour lui\n", "2", before)
    assert kernel.said(editor_cell(kernel, "of_editor")).content["execution_count"] == before + 1
    codes = [entry[2] for entry in tail(kernel, n=50)["history"]]
    assert "of_editor" in codes and not any("pour lui" in code for code in codes)


def test_cells_that_an_editor_queued_all_run_although_the_first_fails(kernel):
    codes = ['panic!("raté")', "let queued = 5;", "queued * 2"]
    failed, made, last = [kernel.said(request) for request in [editor_cell(kernel, code) for code in codes]]
    assert (failed.content["status"], failed.content["ename"]) == ("error", "Panic")
    assert failed.error["traceback"] and made.content["status"] == "ok"
    assert (last.value, last.content["execution_count"]) == ("10", failed.content["execution_count"] + 2)


def test_while_typing_an_editor_gets_proposals_and_explains_the_chosen_one(kernel):
    kernel.said(editor_cell(kernel, "let words = vec![String::new()];"))
    code = "let n = words."
    proposed = kernel.said(kernel.ask("complete_request", {"code": code, "cursor_pos": len(code)})).content
    assert proposed["status"] == "ok" and any(match.startswith("len") for match in proposed["matches"])
    assert proposed["cursor_start"] == proposed["cursor_end"] == len(code)
    kinds = proposed["metadata"]["_jupyter_types_experimental"]
    assert {"text", "type", "start", "end"} <= set(kinds[0])
    told = [
        kernel.said(kernel.ask("inspect_request", {"code": code + "len()", "cursor_pos": len(code) + 2, "detail_level": level})).content
        for level in (0, 1)
    ]
    assert all(one["status"] == "ok" and one["found"] and one["data"]["text/plain"] for one in told)
    # The extension asks any kernel for this one, to see how fast it is.
    probe = kernel.said(kernel.ask("complete_request", {"code": "__file__.", "cursor_pos": 9})).content
    assert probe["status"] == "ok" and isinstance(probe["matches"], list)


def test_a_question_is_answered_as_an_editor_answers_it(kernel):
    request = editor_cell(kernel, "let mut l = String::new(); std::io::stdin().read_line(&mut l).unwrap(); l.trim().to_owned()")
    question = kernel.client.get_stdin_msg(timeout=PATIENCE)
    session = kernel.client.session
    reply = session.msg("input_reply", {"value": "voilà", "status": "ok"}, parent=question["header"])
    kernel.client.stdin_channel.send(reply)
    assert kernel.said(request).value == '"voilà"'


def test_an_interrupt_as_a_message_stops_the_cell_and_the_next_one_runs(kernel):
    request = editor_cell(kernel, ENDLESS)
    kernel.until(request, lambda message: message["content"].get("text") == "parti\n")
    waiting = editor_cell(kernel, "40 + 2")
    stop = kernel.ask("interrupt_request", {}, channel="control")
    assert kernel.answer(stop, "control")["content"] == {"status": "ok"}
    assert kernel.said(request).content["ename"] == "Interrupted"
    assert kernel.said(waiting).value == "42"


def test_widgets_and_debuggers_that_are_looked_for_are_not_there(kernel):
    for content in ({}, {"target_name": "jupyter.widget"}, {"target_name": None}):
        assert kernel.said(kernel.ask("comm_info_request", content)).content == {"status": "ok", "comms": {}}
    for number, command in enumerate(["debugInfo", "initialize", "attach"], 1):
        content = {"seq": number, "type": "request", "command": command, "arguments": {}}
        said = kernel.answer(kernel.ask("debug_request", content, channel="control"), "control")["content"]
        assert (said["success"], said["request_seq"], said["command"]) == (False, number, command)
    info = kernel.said(kernel.ask("kernel_info_request", {})).content
    assert (info["debugger"], info["supported_features"]) == (False, [])


def test_whoever_comes_and_goes_takes_nothing_from_those_who_stay(kernel):
    request = editor_cell(kernel, ENDLESS)
    kernel.until(request, lambda message: message["content"].get("text") == "parti\n")
    for _ in range(3):
        visitor = BlockingKernelClient(**kernel.manager.get_connection_info(session=True))
        visitor.start_channels()
        asked = visitor.session.msg("kernel_info_request", {})
        visitor.control_channel.send(asked)
        assert visitor.get_control_msg(timeout=PATIENCE)["parent_header"]["msg_id"] == asked["header"]["msg_id"]
        # Its cell is asked for, and nobody is there any more to hear of it.
        visitor.execute("let of_visitor = 1;")
        visitor.stop_channels()
    kernel.ask("interrupt_request", {}, channel="control")
    assert kernel.said(request).content["ename"] == "Interrupted"
    assert kernel.said(editor_cell(kernel, "6 * 7")).value == "42"


def test_history_is_told_as_a_console_asks_for_it(kernel):
    for code in ("let told = 1;", "told + 1", "let told = 1;"):
        kernel.said(editor_cell(kernel, code))
    # What jupyter console asks for when it begins.
    everything = tail(kernel, n=1000)
    assert everything["status"] == "ok"
    assert [entry[2] for entry in everything["history"]][-3:] == ["let told = 1;", "told + 1", "let told = 1;"]
    assert all(len(entry) == 3 and isinstance(entry[2], str) for entry in everything["history"])
    found = tail(kernel, hist_access_type="search", pattern="*told*", n=10, unique=True)["history"]
    assert sorted(entry[2] for entry in found) == ["let told = 1;", "told + 1"]


def test_a_line_is_complete_or_wants_another_one_as_a_console_shows_it(kernel):
    def asked(code):
        return kernel.said(kernel.ask("is_complete_request", {"code": code})).content

    assert asked("fn f(x: i32) -> i32 {") == {"status": "incomplete", "indent": "    "}
    assert asked("fn f(x: i32) -> i32 {\n    x\n}")["status"] == "complete"
    assert asked("let x = );")["status"] == "invalid"


def test_jupyter_console_itself_runs_cells_and_ends(own_environment):
    # The end of its input is Ctrl-D.
    lines = ["let a = 20;", "a + 22", 'println!("{} mots", 1)', '1 + "a"', ":horloge"]
    done = subprocess.run(
        [sys.executable, "-m", "jupyter_console", "--kernel", "cahier", "--simple-prompt", "--no-confirm-exit"],
        env=own_environment, input="\n".join(lines) + "\n", capture_output=True, text=True, timeout=2 * PATIENCE,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    for words in ("Cahier\u00a0: apprendre AWS", "Out[2]: 42", "1 mots", "Heure simulée"):
        assert words in done.stdout, done.stdout
    assert "ne s’applique pas entre" in done.stderr
