"""jupyter_kernel_test, the suite that Jupyter has for kernels: every test of it applies to ours."""

import jupyter_kernel_test
import pytest
from kernel import PATIENCE


@pytest.fixture(scope="module", autouse=True)
def jupyter_knows_us(own_environment):
    with pytest.MonkeyPatch.context() as patch:
        for name in ("JUPYTER_PATH", "CAHIER_DATA_DIR", "CAHIER_PREPARATION_DIR"):
            patch.setenv(name, own_environment[name])
        yield


class TestKernel(jupyter_kernel_test.KernelTests):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The first cell waits for the engine: longer, on a machine at work, than this suite has patience for.
        cls.kc.execute_interactive("1", timeout=PATIENCE)

    kernel_name = "cahier"
    language_name = "rust"
    file_extension = ".rs"
    code_hello_world = 'println!("hello, world");'
    code_stderr = 'eprintln!("aïe");'
    completion_samples = [{"text": ":horl", "matches": [":horloge"]}, {"text": "Strin"}]
    complete_code_samples = ["1 + 1", "fn f() -> i32 { 1 }", 'let s = "{";', ":aide", "%%bash\necho 'x"]
    incomplete_code_samples = ["fn f() {", 'let s = "début', "vec![1,", "/* un"]
    invalid_code_samples = ["let x = 1);", "fn f() { ] }"]
    code_page_something = "?String"
    code_generate_error = 'panic!("bof")'
    code_execute_result = [{"code": "6 * 7", "result": "42"}, {"code": '"é".len()', "result": "2"}]
    code_display_data = [
        {"code": 'println!("EVCXR_BEGIN_CONTENT text/html\\n<b>x</b>\\nEVCXR_END_CONTENT");', "mime": "text/html"},
        {"code": 'prelude::tracer_barres("Titre", "unités", &[("un", 1.0)])', "mime": "image/svg+xml"},
    ]
    code_history_pattern = "6 ?*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "String"
    code_clear_output = (
        'println!("EVCXR_BEGIN_CONTENT application/vnd.cahier.sortie+json\\n{{\\"clear\\": true}}\\nEVCXR_END_CONTENT");'
    )


class TestWelcome(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = "cahier"
    support_iopub_welcome = True
