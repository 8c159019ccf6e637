//! Ce qui coûterait plus que ce que les tarifs comptent : une tâche Fargate y est celle d'un vCPU et de 2 Go.

use aws_sdk_ecs::operation::register_task_definition::RegisterTaskDefinitionInput;
use aws_sdk_ecs::operation::run_task::RunTaskInput;
use aws_smithy_runtime_api::client::interceptors::context::Input;

/// The most that a task has here, in CPU units (1,024 are a vCPU) and in MiB.
const PLUS: (f64, f64) = (1_024.0, 2_048.0);

/// Pourquoi l'appel dont voici l'entrée coûterait plus que compté ; rien, s'il est compté.
pub(crate) fn lire(entree: &Input) -> Option<&'static str> {
    let (cpu, memoire) = if let Some(plan) = entree.downcast_ref::<RegisterTaskDefinitionInput>() {
        (plan.cpu.as_deref(), plan.memory.as_deref())
    } else {
        let autres = entree.downcast_ref::<RunTaskInput>()?.overrides.as_ref()?;
        (autres.cpu.as_deref(), autres.memory.as_deref())
    };
    let depasse = |ecrite: Option<&str>, plus: f64| ecrite.and_then(nombre).is_some_and(|un| un > plus);
    (depasse(cpu, PLUS.0) || depasse(memoire, PLUS.1)).then_some(
        "une tâche de plus d’un vCPU (1024) ou de 2\u{a0}Go (2048) coûterait plus que ce que le plafond compte\u{a0}; prends-la plus petite",
    )
}

/// `1024`, `1 vCPU` or `2 GB`, in CPU units or MiB. What is written in another way, ECS refuses:
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>
fn nombre(ecrit: &str) -> Option<f64> {
    let ecrit = ecrit.trim().to_lowercase();
    let mut unites = ["vcpu", "gb"].iter();
    let grand = unites.find_map(|unite| ecrit.strip_suffix(unite));
    match grand {
        Some(grand) => grand.trim().parse::<f64>().ok().map(|un| un * 1_024.0),
        None => ecrit.parse().ok(),
    }
}
