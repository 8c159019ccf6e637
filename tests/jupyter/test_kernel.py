"""Our kernel, message by message."""

import json
import os
import re
import signal
import subprocess
import time

import pytest
from repository import CAHIER

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def plain(lines):
    return COLOUR.sub("", "\n".join(lines))


def states(said):
    return [content["execution_state"] for content in said.of("status")]


def test_a_value_comes_once_with_the_number_of_its_cell(kernel):
    said = kernel.run("6 * 7")
    assert said.content["status"] == "ok"
    assert (said.value, said.of("execute_result")[0]["execution_count"]) == ("42", said.content["execution_count"])
    assert said.of("execute_input")[0] == {"code": "6 * 7", "execution_count": said.content["execution_count"]}
    assert states(said) == ["busy", "idle"]
    assert kernel.run("let x = 5;").of("execute_result") == []


def test_output_comes_while_the_cell_still_runs(kernel):
    request = kernel.client.execute(
        'println!("parti"); let mut l = String::new(); std::io::stdin().read_line(&mut l).unwrap(); println!("lu {}", l.trim());',
        allow_stdin=True,
    )
    kernel.until(request, lambda message: message["content"].get("text") == "parti\n")
    kernel.client.get_stdin_msg(timeout=60)
    kernel.client.input("été")
    assert kernel.said(request).text() == "lu été\n"


def test_what_does_not_compile_is_an_error_in_french_and_in_colours(kernel):
    said = kernel.run('1 + "a"')
    assert said.content["status"] == "error"
    assert said.content["ename"] == "CompilationError" and "[E0277]" in said.content["evalue"]
    told = plain(said.error["traceback"])
    assert "Cette cellule ne compile pas" in told and "ne s’applique pas entre" in told
    assert COLOUR.search("\n".join(said.content["traceback"]))
    assert said.text() == said.text("stderr") == ""


def test_a_refusal_that_a_cell_panics_on_is_said_once_and_shortly(kernel):
    asks = 'atelier.s3.get_object().bucket("jamais-cree").key("a").send().await.unwrap();'
    said = kernel.run(f'use prelude::*;\nlet atelier = commencer("essai").await;\n{asks}')
    assert (said.text("stderr"), said.error["ename"]) == ("", "Panic")
    assert "NoSuchBucket" in said.error["evalue"] and "extended_request_id" not in said.error["evalue"]


def test_a_panic_is_one_error_and_keeps_the_variables(kernel):
    kernel.run("let kept = 7;")
    said = kernel.run('println!("avant");\nassert_eq!(kept, 8, "raté");')
    assert (said.content["status"], said.content["ename"]) == ("error", "Panic")
    assert "raté" in said.content["evalue"] and "à la ligne 2" in plain(said.error["traceback"])
    assert (said.text(), said.text("stderr")) == ("avant\n", "")
    assert kernel.run("kept").value == "7"


def test_a_cell_that_leaves_its_process_is_told_and_what_passed_comes_back(kernel):
    kernel.run("let back = 11;")
    said = kernel.run("std::process::exit(3)")
    assert (said.content["ename"], "code 3" in said.content["evalue"]) == ("ProcessExit", True)
    assert "Les variables sont revenues" in plain(said.error["traceback"])
    assert kernel.run("back").value == "11"


def test_what_waits_behind_an_error_is_given_up_and_counted_no_more(kernel):
    before = kernel.run("1").content["execution_count"]
    codes = ['panic!("stop")', 'println!("jamais")', "2"]
    requests = [kernel.client.execute(code, allow_stdin=False) for code in codes]
    info = kernel.ask("is_complete_request", {"code": "1"})
    answers = {request: kernel.answer(request)["content"] for request in requests}
    assert [answers[request]["status"] for request in requests] == ["error", "aborted", "aborted"]
    assert "execution_count" not in answers[requests[2]]
    assert kernel.answer(info)["content"]["status"] == "complete"
    kernel.published(info)
    assert kernel.run("3").content["execution_count"] == before + 2


def test_without_stop_on_error_what_waits_is_executed(kernel):
    first = kernel.client.execute('panic!("va")', stop_on_error=False, allow_stdin=False)
    second = kernel.client.execute("4", allow_stdin=False)
    assert kernel.said(first).content["status"] == "error"
    assert kernel.said(second).value == "4"


def test_a_silent_cell_publishes_nothing_and_has_no_number(kernel):
    before = kernel.run("1").content["execution_count"]
    said = kernel.run('println!("chut"); let silent = 1; silent', silent=True)
    assert said.content["execution_count"] == before
    assert {message["msg_type"] for message in said.published} == {"status"}
    assert kernel.run('panic!("chut")', silent=True).of("error") == []
    assert kernel.run("silent", store_history=False).content["execution_count"] == before
    assert kernel.run("silent").value == "1"


def test_an_empty_cell_is_nothing(kernel):
    before = kernel.run("1").content["execution_count"]
    said = kernel.run("  \n")
    assert (said.content["status"], said.content["execution_count"]) == ("ok", before)


def test_expressions_are_evaluated_besides_and_may_fail_alone(kernel):
    said = kernel.run("let a = 3;", user_expressions={"double": "a * 2", "faux": "absent"})
    values = said.content["user_expressions"]
    assert values["double"] == {"status": "ok", "data": {"text/plain": "6"}, "metadata": {}}
    assert (values["faux"]["status"], values["faux"]["ename"]) == ("error", "CompilationError")
    assert said.content["status"] == "ok"


def test_an_answer_reaches_the_cell_and_a_password_is_asked_as_one(kernel):
    asks = 'print!("Ton nom ? "); let mut l = String::new(); std::io::stdin().read_line(&mut l).unwrap(); l.trim().to_owned()'
    request = kernel.client.execute(asks, allow_stdin=True)
    question = kernel.client.get_stdin_msg(timeout=60)
    assert question["content"] == {"prompt": "Ton nom ? ", "password": False}
    assert question["parent_header"]["msg_id"] == request
    kernel.client.input("Élise 🦀")
    assert kernel.said(request).value == '"Élise 🦀"'

    secret = (
        'println!("EVCXR_INPUT_REQUEST_PASSWORD:Code"); let mut l = String::new(); '
        "std::io::stdin().read_line(&mut l).unwrap(); l.trim().len()"
    )
    request = kernel.client.execute(secret, allow_stdin=True)
    assert kernel.client.get_stdin_msg(timeout=60)["content"] == {"prompt": "Code", "password": True}
    kernel.client.input("1234")
    assert kernel.said(request).value == "4"


def test_where_nobody_can_answer_a_cell_finds_the_end_of_its_input_and_is_told(kernel):
    said = kernel.run("let mut l = String::new(); std::io::stdin().read_line(&mut l).unwrap()")
    assert said.value == "0"
    assert "personne ne peut répondre" in said.text("stderr")


@pytest.mark.parametrize("way", ["message", "signal"])
def test_an_interrupt_stops_the_cell_at_once_and_keeps_the_variables(kernel, way):
    kernel.run("let mut kept_too = 5;")
    request = kernel.client.execute('println!("parti"); loop { std::hint::spin_loop() }', allow_stdin=False)
    kernel.until(request, lambda message: message["content"].get("text") == "parti\n")
    if way == "message":
        kernel.manager.interrupt_kernel()
    else:
        os.kill(kernel.manager.provisioner.pid, signal.SIGINT)
    said = kernel.said(request)
    assert (said.content["status"], said.content["ename"]) == ("error", "Interrupted")
    assert kernel.run("kept_too").value == "5"


def test_an_interrupt_ends_a_question_too(kernel):
    code = "let mut l = String::new(); std::io::stdin().read_line(&mut l).unwrap();"
    request = kernel.client.execute(code, allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=60)
    kernel.manager.interrupt_kernel()
    assert kernel.said(request).content["ename"] == "Interrupted"


def test_control_answers_while_a_cell_runs(kernel):
    request = kernel.client.execute('println!("parti"); loop { std::hint::spin_loop() }', allow_stdin=False)
    kernel.until(request, lambda message: message["content"].get("text") == "parti\n")
    info = kernel.ask("kernel_info_request", {}, channel="control")
    reply = kernel.answer(info, "control")
    assert (reply["msg_type"], reply["content"]["implementation"]) == ("kernel_info_reply", "cahier")
    debug = kernel.ask("debug_request", {"seq": 4, "type": "request", "command": "debugInfo"}, channel="control")
    content = kernel.answer(debug, "control")["content"]
    assert (content["success"], content["request_seq"], content["command"]) == (False, 4, "debugInfo")
    assert "débogueur" in content["message"]
    stop = kernel.ask("interrupt_request", {}, channel="control")
    assert kernel.answer(stop, "control")["content"] == {"status": "ok"}
    assert kernel.said(request).content["ename"] == "Interrupted"


def test_the_heart_beats_while_a_cell_runs(kernel):
    request = kernel.client.execute('println!("parti"); loop { std::hint::spin_loop() }', allow_stdin=False)
    kernel.until(request, lambda message: message["content"].get("text") == "parti\n")
    heart = kernel.client.context.socket(3)  # REQ
    try:
        heart.connect(kernel.client._make_url("hb"))
        heart.send(b"boum")
        assert heart.poll(30_000) and heart.recv() == b"boum"
    finally:
        heart.close(linger=0)
        kernel.manager.interrupt_kernel()
    kernel.said(request)


def test_letters_before_the_cursor_count_once_when_completing(kernel):
    kernel.run('let mot = String::from("été");')
    before = "// été 🦀\nlet x = mot.to_upperc"
    said = kernel.said(kernel.client.complete(before + ";", len(before)))
    content = said.content
    assert "to_uppercase()" in content["matches"]
    assert before[content["cursor_start"] : content["cursor_end"]] == "to_upperc"
    (kind,) = [one for one in content["metadata"]["_jupyter_types_experimental"] if one["text"] == "to_uppercase()"]
    assert (kind["type"], kind["start"]) == ("function", content["cursor_start"])


@pytest.mark.parametrize(
    ("typed", "expected"),
    [(":hor", ":horloge"), (":lecon dyn", "dynamodb"), (":exercice couche-num", "couche-numero"), ("  :ai", ":aide")],
)
def test_commands_and_ids_are_completed(kernel, typed, expected):
    content = kernel.said(kernel.client.complete(typed)).content
    assert content["matches"] == [expected]
    assert typed[content["cursor_start"] :] in expected


def test_in_a_script_nothing_is_completed(kernel):
    assert kernel.said(kernel.client.complete("%%bash\nec")).content["matches"] == []


def test_a_name_is_explained_wherever_the_cursor_is_in_its_call(kernel):
    code = "// été 🦀\nVec::<u8>::with_capacity(10)"
    for cursor in (len(code) - 8, len(code) - 1):
        content = kernel.said(kernel.client.inspect(code, cursor)).content
        assert content["found"], cursor
        assert "with_capacity" in content["data"]["text/plain"] and "```rust" in content["data"]["text/markdown"]
    assert kernel.said(kernel.client.inspect("rien_de_tel")).content == {
        "status": "ok", "found": False, "data": {}, "metadata": {}
    }
    assert "l’heure simulée" in kernel.said(kernel.client.inspect(":clock")).content["data"]["text/plain"]


def test_history_is_found_by_its_end_by_its_place_and_by_a_pattern(kernel):
    number = kernel.run("let histoire = 1;").content["execution_count"]
    kernel.run("histoire + 41")

    def history(**asked):
        content = {"output": False, "raw": True} | asked
        return kernel.said(kernel.ask("history_request", content)).content["history"]

    (session, line, code), (_, _, last) = history(hist_access_type="tail", n=2)
    assert (line, code, last) == (number, "let histoire = 1;", "histoire + 41")
    assert history(hist_access_type="tail", n=1, output=True)[0][2] == ["histoire + 41", "42"]
    assert history(hist_access_type="range", session=session, start=line, stop=line + 1) == [[session, line, code]]
    # Without `n`, all of them.
    assert [entry[2] for entry in history(hist_access_type="search", pattern="*histoire*")] == [code, last]


def test_nobody_speaks_to_widgets_and_they_are_told(kernel):
    said = kernel.said(kernel.ask("comm_info_request", {}))
    assert said.content == {"status": "ok", "comms": {}}
    opened = kernel.ask("comm_open", {"comm_id": "abc", "target_name": "jupyter.widget", "data": {}})
    closed = kernel.until(opened, lambda message: message["msg_type"] == "comm_close")
    assert closed["content"] == {"comm_id": "abc", "data": {}}


def test_a_message_that_nobody_knows_harms_nothing(kernel):
    for kind, content in [("inconnu_request", {}), ("execute_request", {}), ("complete_request", {"cursor_pos": -3})]:
        assert states_of(kernel, kernel.ask(kind, content)) == ["busy", "idle"]
    kernel.client.session.key, key = b"une autre", kernel.client.session.key
    try:
        forged = kernel.ask("execute_request", {"code": "let forged = 1;"})
    finally:
        kernel.client.session.key = key
    assert kernel.run("forged").content["ename"] == "CompilationError"
    assert forged


def states_of(kernel, request):
    messages = kernel.published(request)
    return [message["content"]["execution_state"] for message in messages if message["msg_type"] == "status"]


def test_bash_and_python_live_in_the_world_of_the_cells(kernel):
    made = kernel.run("%%bash\naws s3 mb s3://seau-du-noyau")
    assert made.content["status"] == "ok" and "seau-du-noyau" in made.text()
    listed = kernel.run(
        "%%python\nimport boto3\nprint([one['Name'] for one in boto3.client('s3').list_buckets()['Buckets']], '🦀')"
    )
    assert "seau-du-noyau" in listed.text() and "🦀" in listed.text()
    failed = kernel.run("%%bash\necho avant; echo aïe >&2; exit 3")
    assert (failed.content["ename"], failed.text(), failed.text("stderr")) == ("ScriptError", "avant\n", "aïe\n")
    assert "code 3" in failed.content["evalue"]
    assert "%%perl" in kernel.run("%%perl\n1").content["evalue"]


def test_lines_for_the_shell_run_in_the_world_of_the_cells_too(kernel):
    said = kernel.run('// note\n!echo "$AWS_ENDPOINT_URL"\n!echo fin')
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+\nfin\n", said.text()), said.text()
    mixed = kernel.run("!echo oui\nlet x = 1;")
    assert mixed.content["ename"] == "UsageError" and "%%bash" in mixed.content["evalue"] and mixed.text() == ""


def test_what_a_script_writes_without_end_is_cut(kernel):
    said = kernel.run("%%bash\nhead -c 3000000 /dev/zero | tr '\\0' a")
    assert said.content["status"] == "ok"
    assert len(said.text()) == 1 << 20 and "sortie tronquée" in said.text("stderr")


def test_a_script_writes_while_it_runs_and_is_interrupted(kernel):
    request = kernel.client.execute("%%bash\necho parti; sleep 600", allow_stdin=False)
    kernel.until(request, lambda message: message["content"].get("text") == "parti\n")
    begun = time.monotonic()
    kernel.manager.interrupt_kernel()
    assert kernel.said(request).content["ename"] == "Interrupted"
    assert time.monotonic() - begun < 60


def test_the_commands_of_the_prompt_say_in_the_cell_what_they_say_there(kernel):
    assert ":horloge [avancer DUREE]" in plain([kernel.run(":aide").text()])
    moved = kernel.run(":horloge avancer 10m")
    assert "Heure simulée" in moved.text()
    both = kernel.run(":exercice couche-numero\n:indice")
    assert "Indice 1 sur" in plain([both.text()])
    assert any("text/markdown" in shown["data"] for shown in both.of("display_data"))
    texts = [shown["data"] for shown in kernel.run(":lecon iam").of("display_data")]
    assert texts and all(text["text/markdown"] and text["text/plain"] for text in texts)
    pages = [shown["data"] for _ in range(3) for shown in kernel.run(":suivant").of("display_data")]
    figures = [page for page in pages if "data:image/svg+xml;base64," in page["text/markdown"]]
    assert figures and all("Figure" in plain([page["text/plain"]]) for page in figures)
    wrong = kernel.run(":horlog")
    assert (wrong.content["ename"], ":horloge" in plain(wrong.error["traceback"])) == ("UsageError", True)


def test_a_refused_call_is_explained(kernel):
    kernel.run(
        "%%python\nimport boto3, json\n"
        "boto3.client('iam').create_user(UserName='sans-droits')\n"
        "key = boto3.client('iam').create_access_key(UserName='sans-droits')['AccessKey']\n"
        "s3 = boto3.client('s3', aws_access_key_id=key['AccessKeyId'], aws_secret_access_key=key['SecretAccessKey'])\n"
        "try: s3.list_buckets()\nexcept Exception as error: print(error)"
    )
    said = kernel.run(":pourquoi")
    (shown,) = said.of("display_data")
    assert "sans-droits" in shown["data"]["text/markdown"] and "s3:ListAllMyBuckets" in shown["data"]["text/plain"]


def test_a_cell_of_a_lesson_shows_its_figure_in_the_notebook(kernel):
    kernel.run(":reinitialiser")
    said = kernel.run('prelude::tracer_courbes("Titre", "x", "y", &[("un", vec![(0.0, 1.0), (1.0, 2.0)])])')
    (shown,) = said.of("display_data")
    assert "<svg" in shown["data"]["image/svg+xml"] and said.of("execute_result") == []


def test_a_verdict_is_html_and_text_and_its_points_are_one_number(kernel):
    said = kernel.run('prelude::verifier("couche-numero", "0")')
    (shown,) = said.of("display_data")
    assert "<div" in shown["data"]["text/html"] and "indice" in shown["data"]["text/plain"]
    assert said.text().startswith("✘ Pas encore")
    assert kernel.run('prelude::points("couche-numero")').value == "0.0"


def test_what_a_cell_asked_for_is_not_counted_again_when_it_runs_again(kernel, own_environment):
    def standing():
        done = subprocess.run([CAHIER, "progres", "--json"], env=own_environment, capture_output=True, check=True)
        lessons = json.loads(done.stdout)["lessons"]
        (found,) = [one for lesson in lessons for one in lesson["exercises"] if one["id"] == "couche-liste-remplacee"]
        return found["attempts"], found["hints"]

    kernel.run(":reinitialiser")
    for code in ('prelude::verifier("couche-liste-remplacee", "A")', 'prelude::indice("couche-liste-remplacee")'):
        assert kernel.run(code).content["status"] == "ok"
    assert standing() == (1, 1)
    assert "2\u00a0cellules rejouées" in "".join(kernel.run("std::process::exit(3)").error["traceback"])
    assert standing() == (1, 1)
    assert "Indice 2" in kernel.run('prelude::indice("couche-liste-remplacee")').text()


@pytest.mark.parametrize("answer", ["0", "rien"])
def test_a_verdict_looks_the_same_whether_a_command_or_a_function_asks_for_it(kernel, answer):
    kernel.run(":exercice couche-numero")
    asked = [kernel.run(f":reponse {answer}"), kernel.run(f'prelude::verifier("couche-numero", "{answer}")')]
    texts, shown = ([said.text() for said in asked], [[one["data"] for one in said.of("display_data")] for said in asked])
    assert texts[0] == texts[1] and shown[0] == shown[1] and shown[0]


def test_an_output_with_an_id_is_replaced_and_outputs_are_cleared(kernel):
    def bundle(document):
        document = document.replace('"', '\\"').replace("{", "{{").replace("}", "}}")
        return f'println!("EVCXR_BEGIN_CONTENT application/vnd.cahier.sortie+json\\n{document}\\nEVCXR_END_CONTENT");'

    said = kernel.run(
        bundle('{"data": {"text/html": "<b>1</b>", "text/plain": "1"}, "display_id": "barre"}')
        + bundle('{"data": {"text/html": "<b>2</b>"}, "display_id": "barre", "update": true}')
        + bundle('{"clear": true, "wait": true}')
    )
    (first,), (second,), (cleared,) = said.of("display_data"), said.of("update_display_data"), said.of("clear_output")
    assert first["transient"] == second["transient"] == {"display_id": "barre"}
    assert (second["data"], cleared) == ({"text/html": "<b>2</b>"}, {"wait": True})


def test_a_cell_runs_in_the_simulator_whatever_account_the_learner_has(kernel):
    value = kernel.run('std::env::var("AWS_ENDPOINT_URL").unwrap().starts_with("http://127.0.0.1:")').value
    assert value == "true"
